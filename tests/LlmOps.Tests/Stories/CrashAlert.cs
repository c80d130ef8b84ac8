using System.Net.Http.Headers;
using System.Net.Http.Json;
using LlmOps.LocalHost.Stack;
using LlmOps.Rollbacks;

namespace LlmOps.Tests.Stories;

/// <summary>An alert as Alertmanager posts it: again and again until it is answered with 2xx.</summary>
internal sealed record CrashAlert(string Version, DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null)
{
    private const string Fingerprint = "c0ffee0000000001";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public string Key => new Alert("firing", new Dictionary<string, string>(), StartsAt, default, Fingerprint).Key;

    /// <summary>Posts until it is answered; false when the control plane dies first.</summary>
    public async Task<bool> Post(CrashHome home, CrashChild child, int times = 1)
    {
        while (!child.HasEnded)
        {
            if (StackCard.Read(home.Home.StackCard) is { } card && card.Pid == child.Pid && await Posted(home, card.Url))
            {
                return --times == 0 || await Post(home, child, times);
            }
            await Task.Delay(Pause);
        }
        return false;
    }

    private async Task<bool> Posted(CrashHome home, Uri url)
    {
        using HttpClient http = new();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secrets.Of(home.Home).AlertmanagerToken);
        try
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync(new Uri(url, "/hooks/alertmanager"), Message());
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private object Message()
    {
        Dictionary<string, string> labels = new()
        {
            ["alertname"] = "LlmErrorRateHigh", ["model"] = CrashTemplate.Model, ["version"] = Version,
        };
        string status = EndsAt is null ? "firing" : "resolved";
        return new
        {
            version = "4", receiver = "llmops", status, groupKey = "crash",
            alerts = new[]
            {
                new
                {
                    status, labels, annotations = new { summary = "half of the requests fail" }, startsAt = StartsAt,
                    endsAt = EndsAt ?? default, fingerprint = Fingerprint,
                },
            },
        };
    }
}
