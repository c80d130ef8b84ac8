namespace LlmOps.Events;

/// <summary>The settings, the clock and the chance that deliveries go by.</summary>
public sealed class DeliveryRules(ControlPlaneOptions options, Random random, TimeProvider clock)
{
    private readonly Lock turn = new();

    public DateTimeOffset Now => clock.GetUtcNow();

    public IReadOnlyList<WebhookEndpoint> Endpoints => options.Webhooks;

    public WebhookEndpoint? Endpoint(string name) => options.Webhooks.FirstOrDefault(endpoint => endpoint.Name == name);

    public DeliveryDecision Decide(WebhookAnswer answer, int failures)
    {
        // A seeded Random is not safe for several threads.
        lock (turn)
        {
            return Delivery.Decide(answer, failures, options.WebhookAttempts, random.NextDouble());
        }
    }
}
