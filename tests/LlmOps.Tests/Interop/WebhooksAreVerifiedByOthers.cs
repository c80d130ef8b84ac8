using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Events;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

public sealed class WebhooksAreVerifiedByOthers
{
    private const string Older = "whsec_b2xkZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cyE=";

    private static readonly OutgoingEvent Happened = new(
        OutgoingEvent.IdOf("x"), "release.promoted", "tiny-ops", "1.0.0", TimeProvider.System.GetUtcNow(),
        new JsonObject { ["name"] = "tiny-ops", ["text"] = "100 %: “fine” – 😀" });

    [RequiresFact(Tool.WebhookVerifiers)]
    public async Task The_libraries_of_standard_webhooks_and_cloudevents_take_what_is_sent_and_nothing_else()
    {
        object whole = Sent(WebhookFormat.Mlflow, WebhookReceiver.Secret);
        object forged = Sent(WebhookFormat.Mlflow, WebhookReceiver.Secret, body => body.Replace("tiny-ops", "evil-ops", StringComparison.Ordinal));
        string input = JsonSerializer.Serialize(new[]
        {
            whole, Sent(WebhookFormat.Mlflow, Older), Sent(WebhookFormat.CloudEvents, WebhookReceiver.Secret), Sent(WebhookFormat.CloudEventsBinary, WebhookReceiver.Secret), forged,
            Sent(WebhookFormat.Mlflow, "whsec_" + Convert.ToBase64String(new byte[32])),
        });
        (int exitCode, string output) = await Command.Run("node", [LlmOps.Tests.Repository.At("tests", "LlmOps.Tests", "Interop", "webhook.mjs")], input);
        Assert.True(exitCode == 0, output);
        JsonNode seen = JsonNode.Parse(output)!;

        Assert.Equal("release.promoted", (string?)seen[0]!["verified"]!["type"]);
        Assert.Equal("tiny-ops", (string?)seen[1]!["verified"]!["data"]!["name"]);
        foreach (JsonNode? judged in new[] { seen[2], seen[3] })
        {
            Assert.NotNull(judged!["verified"]);
            JsonNode told = judged["event"]!;
            Assert.Equal((Happened.Id, "llmops.release.promoted", "/llmops/models/tiny-ops", "1.0.0", "1.0"),
                ((string?)told["id"], (string?)told["type"], (string?)told["source"], (string?)told["subject"], (string?)told["specversion"]));
            Assert.True(JsonNode.DeepEquals(Happened.Facts, told["data"]));
        }
        Assert.Equal("No matching signature found", (string?)seen[4]!["refused"]);
        Assert.Equal("No matching signature found", (string?)seen[5]!["refused"]);
    }

    // What leaves us, signed with the newer and the older secret, as a receiver that holds one secret gets it.
    private static object Sent(string format, string secret, Func<string, string>? forge = null)
    {
        WebhookMessage message = WebhookFormat.Write(Happened, format);
        Dictionary<string, string> headers = new(message.Headers) { ["content-type"] = message.ContentType };
        foreach ((string name, string value) in WebhookSignature.Headers(Happened.Id, TimeProvider.System.GetUtcNow(), message.Body, [WebhookReceiver.Secret, Older], mlflow: false))
        {
            headers[name] = value;
        }
        string body = System.Text.Encoding.UTF8.GetString(message.Body);
        return new { secret, headers, body = forge?.Invoke(body) ?? body };
    }
}
