using System.Globalization;
using System.Text.Json;

namespace LlmOps.Tests.Fakes;

/// <summary>Alertmanager's webhook messages as its encoder writes them.</summary>
internal static class Alerts
{
    public static object One(
        DateTimeOffset startsAt, string? version = null, string? model = LoopFixture.Model, string fingerprint = "9f2c1b7d3a5e8c01",
        string status = "firing", string summary = "too many errors", DateTimeOffset? endsAt = null, string? slot = null)
    {
        Dictionary<string, string> labels = new() { ["alertname"] = "LlmErrorRateHigh", ["severity"] = "critical" };
        if (model is not null)
        {
            labels["model"] = model;
        }
        if (version is not null)
        {
            labels["version"] = version;
        }
        if (slot is not null)
        {
            labels["slot"] = slot;
        }
        return new
        {
            status, labels, annotations = new { summary }, startsAt, endsAt = endsAt ?? default(DateTimeOffset),
            generatorURL = "http://prometheus/graph", fingerprint,
        };
    }

    public static string Message(params IEnumerable<object> alerts) => JsonSerializer.Serialize(new
    {
        receiver = "llmops", status = "firing", alerts, notification_reason = "first notification", groupLabels = new { }, commonLabels = new { },
        commonAnnotations = new { }, routeLabels = new { }, externalURL = "http://alertmanager:9093", version = "4", groupKey = "{}", truncatedAlerts = 0,
    });

    public static string Fingerprint(int number) => number.ToString("x16", CultureInfo.InvariantCulture);
}
