using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Inbox.GitHub;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>
/// Takes GitHub's webhooks: checks the HMAC over the raw body, stores what has an effect and enqueues it. What has none is
/// answered, not kept; what is authentic and cannot be read is kept, and becomes a dead letter rather than an error for ever.
/// </summary>
public sealed partial class ReceiveGitHub(IBlobs blobs, IMessageBus bus, ControlPlaneOptions options)
{
    public async Task<Receipt> Handle(ReadOnlyMemory<byte> body, string? eventName, string? delivery, string? signature, CancellationToken cancellation)
    {
        if (!Credentials.IsSigned(body, signature, options.GitHubSecrets))
        {
            return new Receipt(401, "X-Hub-Signature-256 is missing or is not the HMAC of the body");
        }
        if (delivery is null || !DeliveryPattern().IsMatch(delivery))
        {
            return new Receipt(400, "X-GitHub-Delivery must be a GUID");
        }
        if (eventName == "ping")
        {
            return new Receipt(200, "pong");
        }
        if (!ReadGitHubEvent.IsHeard(eventName))
        {
            return new Receipt(200, $"'{PlainText.OneLine(eventName ?? "", 50)}' is not heard");
        }
        string digest = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        if (!TryRead(eventName!, body, digest, out string key, out string concerns))
        {
            return new Receipt(200, "nothing follows from it");
        }
        string inbox = $"inbox/github/{eventName}/{digest}.json";
        using (MemoryStream stream = new(body.ToArray()))
        {
            await blobs.Put(Containers.State, inbox, stream, PutCondition.IfAbsent, cancellation);
        }
        // Enqueued on a redelivery too: the first delivery's work may have been lost, or have failed.
        string id = $"github:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
        await bus.Send(new OutgoingMessage(
            Queues.Work, id, $"github/{concerns}", JsonSerializer.Serialize(new WorkItem(WorkItem.GitHub, "", "", Inbox: inbox), Wire.Json)), cancellation);
        return new Receipt(202, "stored");
    }

    private bool TryRead(string eventName, ReadOnlyMemory<byte> body, string digest, out string key, out string concerns)
    {
        (key, concerns) = ($"unreadable/{digest}", "unreadable");
        try
        {
            if (ReadGitHubEvent.Of(eventName, body, options) is not { } heard)
            {
                return false;
            }
            (key, concerns) = (heard.Key, heard.Concerns);
        }
        catch (InvalidDataException)
        {
            // Behind the queue it fails again, and is then seen among the dead letters.
        }
        return true;
    }

    [GeneratedRegex(@"\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z")]
    private static partial Regex DeliveryPattern();
}
