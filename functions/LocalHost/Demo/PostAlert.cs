using System.Net.Http.Headers;
using System.Net.Http.Json;
using LlmOps.LocalHost.Stack;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Demo;

/// <summary>Posts the alert that Alertmanager would post, where there is none.</summary>
internal static class PostAlert
{
    public static async Task Post(Home home, Uri controlPlane, Release release, TimeProvider clock, CancellationToken cancellation)
    {
        using HttpClient http = new();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secrets.Of(home).AlertmanagerToken);
        DateTimeOffset now = clock.GetUtcNow();
        Dictionary<string, string> labels = new()
        {
            ["alertname"] = "LlmErrorRateHigh", ["model"] = release.Model, ["version"] = release.Version, ["slot"] = release.Slot!,
        };
        object message = new
        {
            version = "4", receiver = "llmops", status = "firing", groupKey = "demo",
            alerts = new[]
            {
                new
                {
                    status = "firing", labels, annotations = new { summary = "posted by the demonstration: no Alertmanager is installed" },
                    startsAt = now, endsAt = default(DateTimeOffset), fingerprint = "demo000000000001",
                },
            },
        };
        using HttpResponseMessage response = await http.PostAsJsonAsync(new Uri(controlPlane, "/hooks/alertmanager"), message, cancellation);
        response.EnsureSuccessStatusCode();
    }
}
