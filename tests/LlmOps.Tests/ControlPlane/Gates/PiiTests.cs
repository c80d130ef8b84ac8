using LlmOps.Gates.Scores;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class PiiTests
{
    [Theory]
    [InlineData("Write to jane.doe+x@mail.example.co.uk.", "email")]
    [InlineData("Pay to GB82 WEST 1234 5698 7654 32 today", "iban")]
    [InlineData("IBAN DE89370400440532013000.", "iban")]
    [InlineData("Card 4111 1111 1111 1111, thanks", "card")]
    [InlineData("Card 378282246310005", "card")]
    [InlineData("SSN 536-90-4399", "ssn")]
    [InlineData("from 203.0.113.7 on", "ip")]
    [InlineData("from 2001:db8::8a2e:370:7334 on", "ip")]
    [InlineData("Ring (415) 555-0132", "phone")]
    [InlineData("Ring +44 20 7946 0958", "phone")]
    [InlineData("Ring 0049 30 901820", "phone")]
    public void It_is_found(string text, string kind) => Assert.Equal(kind, Assert.Single(Pii.Find(text)).Kind);

    [Theory]
    [InlineData("The year 2024 had 366 days.")]
    [InlineData("Pi is 3.14159265358979")]
    [InlineData("Between 1914-1918 and 1939-1945")]
    [InlineData("Card 4111 1111 1111 1112 fails its check")]
    [InlineData("GB82 WEST 1234 5698 7654 33 fails its check")]
    [InlineData("127.0.0.1 is the machine itself, 999.1.1.1 nothing")]
    [InlineData("Version 1.2.3.4000")]
    [InlineData("000-12-3456 was never given")]
    [InlineData("at @home and a@b")]
    [InlineData("The order number is 48211907")]
    public void It_is_none(string text) => Assert.Empty(Pii.Find(text));

    [Fact]
    public void What_the_prompt_said_is_no_leak_however_it_is_written() =>
        Assert.Empty(Pii.Leaks("My card is 4111-1111-1111-1111 and my mail jo@x.org", "Is 4111 1111 1111 1111 or JO@X.ORG yours?"));

    [Fact]
    public void A_hostile_text_takes_no_time_to_speak_of()
    {
        long start = TimeProvider.System.GetTimestamp();
        Pii.Find(string.Concat(Enumerable.Repeat("a.", 50_000)) + "@" + string.Concat(Enumerable.Repeat("1 ", 50_000)));
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
    }
}
