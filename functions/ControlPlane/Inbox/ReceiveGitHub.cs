using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>Takes GitHub's webhooks: checks the HMAC over the raw body, stores and enqueues. Events that nothing hears are answered, not kept.</summary>
public sealed partial class ReceiveGitHub(IBlobs blobs, IMessageBus bus, ControlPlaneOptions options)
{
    public async Task<Receipt> Handle(ReadOnlyMemory<byte> body, string? eventName, string? delivery, string? signature, CancellationToken cancellation)
    {
        if (!Credentials.IsSigned(body.Span, signature, options.GitHubSecret))
        {
            return new Receipt(401, "X-Hub-Signature-256 is missing or is not the HMAC of the body");
        }
        if (delivery is null || !DeliveryPattern().IsMatch(delivery))
        {
            return new Receipt(400, "X-GitHub-Delivery must be a GUID");
        }
        switch (eventName)
        {
            case "ping":
                return new Receipt(200, "pong");
            case "push":
                using (MemoryStream stream = new(body.ToArray()))
                {
                    await blobs.Put(Containers.State, $"inbox/github/{delivery}.json", stream, PutCondition.IfAbsent, cancellation);
                }
                // Enqueued on a redelivery too: the first delivery's work may have been lost.
                await bus.Send(new OutgoingMessage(
                    Queues.Work, $"push:{delivery}", "push", JsonSerializer.Serialize(new WorkItem(WorkItem.Push, "", ""), Wire.Json)), cancellation);
                return new Receipt(202, "stored");
            default:
                return new Receipt(200, $"'{eventName}' is not heard");
        }
    }

    [GeneratedRegex(@"\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z")]
    private static partial Regex DeliveryPattern();
}
