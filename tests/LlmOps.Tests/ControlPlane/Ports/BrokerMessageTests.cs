using LlmOps.Ports;

namespace LlmOps.Tests.ControlPlane.Ports;

public sealed class BrokerMessageTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_is_a_session_of_its_own()
    {
        BrokerMessage sent = BrokerMessage.Of(new OutgoingMessage("work", "id-1", "tiny-ops", "{}", At));
        Assert.Equal(new BrokerMessage("tiny-ops", "id-1", "tiny-ops", "{}", At), sent);
    }

    [Theory]
    [InlineData(128, 128)]
    [InlineData(129, 125)]
    [InlineData(1024, 125)]
    public void A_long_key_becomes_a_session_that_fits(int length, int session) => Assert.Equal(session, Session(new string('k', length)).Length);

    [Fact]
    public void Long_keys_that_differ_at_the_end_are_different_sessions()
    {
        string key = new('k', 200);
        Assert.Equal(Session(key), Session(new string('k', 200)));
        Assert.NotEqual(Session(key + "a"), Session(key + "b"));
    }

    [Fact]
    public void What_died_is_what_was_sent_and_goes_to_the_same_session_again()
    {
        BrokerMessage sent = BrokerMessage.Of(new OutgoingMessage("work", "id-1", new string('k', 200), "{}", At));
        DeadLetter dead = BrokerMessage.Dead("work", new DeadMessage(7, sent.Session, sent.Body, 10, At)
        {
            Reason = "MaxDeliveryCountExceeded",
            Description = "Message could not be consumed",
            Properties = new Dictionary<string, object> { [BrokerMessage.IdProperty] = sent.Id, [BrokerMessage.KeyProperty] = sent.OrderingKey },
        });

        Assert.Equal(new DeadLetter("work", "id-1", new string('k', 200), "{}", 10, "MaxDeliveryCountExceeded: Message could not be consumed", At), dead);
        Assert.Equal(sent with { NotBefore = null }, BrokerMessage.Of(dead));
    }

    [Fact]
    public void A_message_that_somebody_else_sent_is_named_by_its_sequence()
    {
        DeadLetter dead = BrokerMessage.Dead("work", new DeadMessage(7, "s", "hello", 1, At) { Properties = new Dictionary<string, object> { [BrokerMessage.IdProperty] = 5 } });
        Assert.Equal(new DeadLetter("work", "sequence-7", "s", "hello", 1, "", At), dead);
        Assert.Equal("", BrokerMessage.Dead("work", new DeadMessage(7, null, "hello", 1, At)).OrderingKey);
    }

    private static string Session(string key) => BrokerMessage.Of(new OutgoingMessage("work", "1", key, "")).Session;
}
