using System.Globalization;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Rollouts;

/// <summary>
/// Live traffic as Prometheus knows it: raw counters, because a judgement counts requests, not scrapes.
/// The client's base address is the server's root.
/// </summary>
public sealed class PrometheusTraffic(HttpClient http) : ILiveTraffic
{
    public async Task<IReadOnlyDictionary<string, TrafficCount>> Read(string model, CancellationToken cancellation)
    {
        // A Go string literal and a JSON string agree on what names of models may hold.
        string query = $"sum by (slot, code) (llmops_gateway_requests_total{{model={JsonSerializer.Serialize(model)},slot!=\"\"}})";
        Uri uri = new($"api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative);
        using HttpResponseMessage response = await http.GetAsync(uri, cancellation);
        string body = await response.Content.ReadAsStringAsync(cancellation);
        return Result(body, (int)response.StatusCode).EnumerateArray()
            .Select(Series)
            .OfType<(string Slot, TrafficCount Count)>()
            .GroupBy(series => series.Slot, series => series.Count)
            .ToDictionary(slot => slot.Key, slot => slot.Aggregate((all, one) => all + one));
    }

    /// <summary>The vector of a successful reply; anything else is an exception with Prometheus' own words.</summary>
    private static JsonElement Result(string body, int statusCode)
    {
        JsonElement reply;
        try
        {
            reply = JsonElement.Parse(body);
        }
        catch (JsonException error)
        {
            throw new HttpRequestException($"Prometheus answered {statusCode} and no JSON", error);
        }
        if (Text(reply, "status") != "success")
        {
            throw new HttpRequestException($"Prometheus answered {statusCode}: {Text(reply, "errorType")}: {Text(reply, "error")}");
        }
        JsonElement data = reply.GetProperty("data");
        return Text(data, "resultType") == "vector"
            ? data.GetProperty("result")
            : throw new HttpRequestException($"Prometheus answered with a {Text(data, "resultType")}, not a vector");
    }

    /// <summary>One slot and code; null where there is no number, which is not zero.</summary>
    private static (string Slot, TrafficCount Count)? Series(JsonElement series)
    {
        string value = series.GetProperty("value")[1].GetString()!;
        double count = double.Parse(value.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        if (!double.IsFinite(count))
        {
            return null;
        }
        JsonElement labels = series.GetProperty("metric");
        bool failed = Text(labels, "code")?.StartsWith('5') == true;
        return (Text(labels, "slot")!, new((long)count, failed ? (long)count : 0));
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
