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
        return (await Query(query, Series, cancellation))
            .OfType<(string Slot, TrafficCount Count)>()
            .GroupBy(series => series.Slot, series => series.Count)
            .ToDictionary(slot => slot.Key, slot => slot.Aggregate((all, one) => all + one));
    }

    public async Task<IReadOnlyList<ServerCounter>> ReadServers(string model, string family, string label, CancellationToken cancellation)
    {
        string query = $"sum by (slot, version, {label}) ({family}{{model_name={JsonSerializer.Serialize(model)},slot!=\"\",version!=\"\"}})";
        return [.. (await Query(query, series => Counter(series, label), cancellation)).OfType<ServerCounter>()];
    }

    private async Task<IReadOnlyList<T>> Query<T>(string query, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        Uri uri = new($"api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative);
        using HttpResponseMessage response = await http.GetAsync(uri, cancellation);
        string body = await response.Content.ReadAsStringAsync(cancellation);
        try
        {
            return [.. Result(body, (int)response.StatusCode).EnumerateArray().Select(read)];
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException
            or ArgumentException)
        {
            throw new HttpRequestException($"Prometheus answered {(int)response.StatusCode} in another form than its API's", error);
        }
    }

    private static ServerCounter? Counter(JsonElement series, string label)
    {
        JsonElement labels = series.GetProperty("metric");
        return Value(series) is { } value && Text(labels, label) is { } name
            ? new ServerCounter(Named(labels, "slot"), Named(labels, "version"), name, value)
            : null;
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
        if (Value(series) is not { } count)
        {
            return null;
        }
        JsonElement labels = series.GetProperty("metric");
        bool failed = Text(labels, "code")?.StartsWith('5') == true;
        return (Named(labels, "slot"), new((long)count, failed ? (long)count : 0));
    }

    private static double? Value(JsonElement series)
    {
        string text = series.GetProperty("value")[1].GetString()!;
        double value = double.Parse(text.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : null;
    }

    private static string Named(JsonElement labels, string name) => Text(labels, name) ?? throw new KeyNotFoundException($"a series without {name}");

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
