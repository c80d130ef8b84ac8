using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>
/// Takes Flux's notifications: checks the HMAC and wakes what waits for the cluster. Flux drops equal events for five
/// minutes, so an event is a hint: what it says is read from the cluster.
/// </summary>
public sealed class ReceiveFluxEvent(IMessageBus bus, ControlPlaneOptions options)
{
    public async Task<Receipt> Handle(ReadOnlyMemory<byte> body, string? signature, CancellationToken cancellation)
    {
        if (!Credentials.IsSigned(body, signature, options.FluxSecrets))
        {
            return new Receipt(401, "X-Signature is missing or is not the HMAC of the body");
        }
        await bus.Send(new OutgoingMessage(
            Queues.Work, $"flux:{Convert.ToHexStringLower(SHA256.HashData(body.Span))}", "flux",
            JsonSerializer.Serialize(new WorkItem(WorkItem.Look, "", ""), Wire.Json)), cancellation);
        return new Receipt(202, "stored");
    }
}
