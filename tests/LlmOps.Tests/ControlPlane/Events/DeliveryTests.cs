using LlmOps.Events;

namespace LlmOps.Tests.ControlPlane.Events;

public sealed class DeliveryTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public void What_is_taken_is_delivered(int status) => Assert.IsType<DeliveryDecision.Delivered>(Decide(new WebhookAnswer(status)));

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(null)]
    public void What_is_busy_broken_or_silent_is_tried_again(int? status) => Assert.IsType<DeliveryDecision.Retry>(Decide(new WebhookAnswer(status, status is null ? "silent" : null)));

    [Theory]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(410)]
    public void What_is_refused_or_redirected_is_given_up(int status) => Assert.IsType<DeliveryDecision.GiveUp>(Decide(new WebhookAnswer(status)));

    [Fact]
    public void A_forbidden_address_is_given_up_at_once() =>
        Assert.IsType<DeliveryDecision.GiveUp>(Decide(new WebhookAnswer(null, "not public", Forbidden: true)));

    [Fact]
    public void Pauses_grow_and_half_of_each_is_chance()
    {
        Assert.Equal(2.5, Pause(failures: 0, chance: 0));
        Assert.Equal(5, Pause(failures: 0, chance: 1));
        Assert.Equal(20, Pause(failures: 1, chance: 1));
        Assert.Equal(3600, Pause(failures: 12, chance: 1));
    }

    [Fact]
    public void Retry_after_is_kept_but_not_for_ever()
    {
        Assert.Equal(90, Pause(failures: 0, chance: 0, after: TimeSpan.FromSeconds(90)));
        Assert.Equal(2.5, Pause(failures: 0, chance: 0, after: TimeSpan.FromSeconds(-3)));
        Assert.Equal(3600, Pause(failures: 0, chance: 0, after: TimeSpan.FromDays(2)));
    }

    [Fact]
    public void The_last_attempt_is_the_last()
    {
        Assert.IsType<DeliveryDecision.Retry>(Delivery.Decide(new WebhookAnswer(503), failures: 8, attempts: 10, chance: 0));
        Assert.IsType<DeliveryDecision.GiveUp>(Delivery.Decide(new WebhookAnswer(503), failures: 9, attempts: 10, chance: 0));
    }

    private static DeliveryDecision Decide(WebhookAnswer answer) => Delivery.Decide(answer, failures: 0, attempts: 10, chance: 0.5);

    private static double Pause(int failures, double chance, TimeSpan? after = null) =>
        Assert.IsType<DeliveryDecision.Retry>(Delivery.Decide(new WebhookAnswer(503, null, after), failures, 100, chance)).After.TotalSeconds;
}
