using System.Net;
using System.Text.Json;

namespace LlmOps.Tests.Fakes;

/// <summary>The inference servers of all slots: a version answers each prompt as it is told, in the time that it is told.</summary>
internal sealed class ScriptedInference(ScriptedCluster cluster, ManualClock clock) : HttpMessageHandler
{
    /// <summary>Answers that differ from the right ones, by version and prompt.</summary>
    public Dictionary<(string Version, string Prompt), string> Answers { get; } = [];

    /// <summary>The right answers by prompt.</summary>
    public Dictionary<string, string> Right { get; } = [];

    /// <summary>Versions whose servers answer 500.</summary>
    public HashSet<string> Broken { get; } = [];

    public Dictionary<string, TimeSpan> Latency { get; } = [];

    /// <summary>Answers take no time: where several ask at once on one clock, each would measure the time of all.</summary>
    public bool InNoTime { get; set; }

    /// <summary>Versions that still answer at a slot that runs another, as while a cluster's endpoints lag behind its pods.</summary>
    public Dictionary<string, string> Lagging { get; } = [];

    public List<(string Version, string Prompt)> Asked { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using JsonDocument body = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
        string prompt = body.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
        string[] host = request.RequestUri!.Host.Split('.');
        string version = cluster.VersionIn(host[1], host[0]);
        version = Lagging.GetValueOrDefault(version, version);
        lock (Asked)
        {
            Asked.Add((version, prompt));
            if (!InNoTime) clock.Advance(Latency.GetValueOrDefault(version, TimeSpan.FromMilliseconds(20)));
        }
        if (Broken.Contains(version))
        {
            return new HttpResponseMessage(HttpStatusCode.InternalServerError);
        }
        string text = Answers.GetValueOrDefault((version, prompt)) ?? Right[prompt];
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(JsonSerializer.Serialize(new
            {
                system_fingerprint = $"{host[1]}@{version}",
                choices = new[] { new { message = new { role = "assistant", content = text } } },
                usage = new { completion_tokens = 8 },
            })),
        };
    }
}
