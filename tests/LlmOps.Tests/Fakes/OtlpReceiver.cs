using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace LlmOps.Tests.Fakes;

/// <summary>
/// A collector on a port of its own that keeps what is sent to it by OTLP over HTTP. Field numbers are those of
/// opentelemetry-proto's trace.proto, metrics.proto, resource.proto and common.proto.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> received = new();

    private OtlpReceiver()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async http =>
        {
            using MemoryStream body = new();
            await http.Request.Body.CopyToAsync(body);
            received.Enqueue((http.Request.Path.Value!, body.ToArray()));
            http.Response.ContentType = "application/x-protobuf";
        });
    }

    public string Url => app.Urls.Single();

    /// <summary>Everything that was sent, as far as it is text.</summary>
    public string AllText => string.Concat(received.Select(one => Encoding.Latin1.GetString(one.Body)));

    public IReadOnlyList<Span> Spans =>
    [
        .. (from resource in Messages("/v1/traces").SelectMany(request => request.All(1))
           from scope in resource.All(2)
           from span in scope.All(2)
           select new Span(
               span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Number(6) ?? 0, span.Find(15)?.Number(3) ?? 0,
               span.Number(8)!.Value - span.Number(7)!.Value, Attributes(span.All(9)), Attributes(resource.Find(1)!.All(1)))),
    ];

    /// <summary>Every point of every histogram.</summary>
    public IReadOnlyList<Point> Histograms =>
    [
        .. (from resource in Messages("/v1/metrics").SelectMany(request => request.All(1))
           from scope in resource.All(2)
           from metric in scope.All(2)
           from histogram in metric.All(9)
           from point in histogram.All(1)
           select new Point(metric.Text(1), metric.Text(3), point.Number(4) ?? 0, point.Doubles(7), Attributes(point.All(9)))),
    ];

    public static async Task<OtlpReceiver> Start()
    {
        OtlpReceiver receiver = new();
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IEnumerable<WireFields> Messages(string path) => received.Where(one => one.Path == path).Select(one => new WireFields(one.Body));

    private static Dictionary<string, string> Attributes(IEnumerable<WireFields> pairs) =>
        pairs.ToDictionary(pair => pair.Text(1), pair => Value(pair.Find(2)!));

    private static string Value(WireFields value) =>
        value.Find(5) is { } list ? string.Join(',', list.All(1).Select(Value))
        : value.Number(4) is { } real ? BitConverter.Int64BitsToDouble(real).ToString(CultureInfo.InvariantCulture)
        : value.Number(3) is { } whole ? whole.ToString(CultureInfo.InvariantCulture)
        : value.Text(1);

    internal sealed record Span(
        string TraceId, string Id, string ParentId, string Name, long Kind, long Status, long Nanoseconds,
        IReadOnlyDictionary<string, string> Attributes, IReadOnlyDictionary<string, string> Resource);

    internal sealed record Point(string Name, string Unit, long Count, double[] Bounds, IReadOnlyDictionary<string, string> Attributes);
}
