using System.Net;
using System.Text.Json;
using LlmOps.Events;

namespace LlmOps.Tests.Fakes;

/// <summary>An endpoint that keeps what it is sent and answers as it is told; what it has taken is an effect.</summary>
internal sealed class WebhookReceiver(Effects? effects = null) : HttpMessageHandler
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public List<Received> Seen { get; } = [];

    /// <summary>What it answers to the webhook that it has seen last.</summary>
    public Func<Received, HttpResponseMessage> Answers { get; set; } = _ => new HttpResponseMessage(HttpStatusCode.NoContent);

    /// <summary>The settings with this receiver as the endpoint `ci`.</summary>
    public static ControlPlaneOptions Endpoint(ControlPlaneOptions options, params string[] events) => options with
    {
        Webhooks = [new WebhookEndpoint { Name = "ci", Url = "https://ci.example/hook", Events = events, Secrets = ["now"] }],
        WebhookSecrets = new Dictionary<string, string> { ["now"] = Secret },
    };

    /// <summary>A loop that tells this receiver of events.</summary>
    public static async Task<(LoopFixture Loop, WebhookReceiver Receiver)> Listen(params string[] events)
    {
        LoopFixture loop = new();
        WebhookReceiver receiver = new(loop.Effects);
        loop.Settings = options => Endpoint(options, events);
        loop.Receiver = receiver;
        loop.Restart();
        await loop.Get<WakeEvents>().Handle(default);
        return (loop, receiver);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Received received = new(
            request.Headers.Concat(request.Content!.Headers).ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value)),
            await request.Content.ReadAsStringAsync(cancellationToken));
        Seen.Add(received);
        HttpResponseMessage answer = Answers(received);
        received.Taken = answer.IsSuccessStatusCode;
        effects?.Note($"webhook {received.Type}");
        return answer;
    }

    internal sealed record Received(IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public bool Taken { get; set; }

        public string Id => Headers["webhook-id"];

        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

        public string Type => Json.GetProperty("type").GetString()!;

        public JsonElement Facts => Json.GetProperty("data");
    }
}
