using System.Globalization;
using System.Security.Cryptography;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>
/// Takes Alertmanager's message: checks the token, stores the body, enqueues. Alertmanager drops what is answered with
/// 4xx, so only a wrong credential is; what is in the message is judged behind the queue.
/// </summary>
public sealed class ReceiveAlerts(IBlobs blobs, IMessageBus bus, ControlPlaneOptions options, TimeProvider clock)
{
    public async Task<Receipt> Handle(ReadOnlyMemory<byte> body, string? authorization, CancellationToken cancellation)
    {
        if (!Credentials.IsBearer(authorization, options.AlertmanagerTokens))
        {
            return new Receipt(401, "the bearer token is missing or wrong");
        }
        return await Store(body, "alertmanager", cancellation);
    }

    /// <summary>Stores a message that its sender may send, and enqueues it.</summary>
    internal async Task<Receipt> Store(ReadOnlyMemory<byte> body, string by, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string name = $"inbox/alerts/{Convert.ToHexStringLower(SHA256.HashData(body.Span))}.json";
        using MemoryStream stream = new(body.ToArray());
        await blobs.Put(Containers.State, name, stream, PutCondition.IfAbsent, cancellation);
        string id = string.Create(CultureInfo.InvariantCulture, $"{name}@{now.UtcTicks}");
        await bus.Send(new RollbackOrder(RollbackOrder.Alerts, id, now, by, Inbox: name).ToMessage(), cancellation);
        return new Receipt(202, "stored");
    }
}
