using System.Net.Http.Json;
using LlmOps.Inference;
using LlmOps.Inference.Telemetry.Otlp;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Inference.Telemetry;

public sealed class OtlpTests
{
    private const string Marker = "Zanzibarquark";
    private const string Caller = "b7ad6b7169203331";
    private const long Server = 2;
    private const long Failed = 2;

    [Fact]
    public async Task A_request_goes_on_with_its_callers_trace_and_says_what_the_conventions_ask_for()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.Start();
        await using (TinyOpsServer server = Serve(receiver))
        {
            await server.InitializeAsync();
            await Send(server, Trace('a'), "/v1/chat/completions", new
            {
                model = "tiny-ops@1.1.0", max_completion_tokens = 4, temperature = 0.5, n = 2, logit_bias = new Dictionary<string, int> { ["2"] = -100 },
                messages = new[] { new { role = "user", content = $"Where is {Marker}?" } },
            });
            await Send(server, Trace('b'), "/v1/completions", new { model = Marker, prompt = Marker }, string.Join(',', Enumerable.Range(0, 40).Select(i => $"k{i}={Marker}")));
            await Send(server, Trace('c', sampled: false), "/v1/completions", new { model = "tiny-ops", prompt = Marker, max_tokens = 1 });
        }

        OtlpReceiver.Span chat = receiver.Spans.Single(span => span.TraceId == Trace('a')[3..35] && span.Kind == Server);
        Assert.Equal(("chat tiny-ops@1.1.0", Caller, 0L), (chat.Name, chat.ParentId, chat.Status));
        Dictionary<string, string> said = new()
        {
            ["gen_ai.operation.name"] = "chat",
            ["gen_ai.provider.name"] = "llmops",
            ["gen_ai.request.model"] = "tiny-ops@1.1.0",
            ["gen_ai.request.temperature"] = "0.5",
            ["gen_ai.request.max_tokens"] = "4",
            ["gen_ai.request.choice.count"] = "2",
            ["gen_ai.response.model"] = "tiny-ops@1.1.0",
            ["http.response.status_code"] = "200",
            ["llmops.version"] = "1.1.0",
        };
        Assert.Equal(said, said.Keys.ToDictionary(key => key, key => chat.Attributes[key]));
        Assert.StartsWith("chatcmpl-", chat.Attributes["gen_ai.response.id"], StringComparison.Ordinal);
        Assert.Contains(chat.Attributes["gen_ai.response.finish_reasons"].Split(',')[0], (string[])["length", "stop"]);
        Assert.True(int.Parse(chat.Attributes["gen_ai.usage.input_tokens"]) > 4);
        Assert.InRange(int.Parse(chat.Attributes["gen_ai.usage.output_tokens"]), 2, 8);
        Assert.False(chat.Attributes.ContainsKey("error.type"));
        Assert.Equal(("green", "tiny-ops", "shop", "ops"), (chat.Resource["llmops.slot"], chat.Resource["llmops.model"], chat.Resource["service.name"], chat.Resource["team"]));

        OtlpReceiver.Span[] phases = [.. receiver.Spans.Where(span => span.ParentId == chat.Id)];
        Assert.Equal(["decode", "prefill", "queue"], phases.Select(phase => phase.Name).Order());
        Assert.All(phases, phase => Assert.True(phase.Nanoseconds >= 0));

        OtlpReceiver.Span refused = receiver.Spans.Single(span => span.TraceId == Trace('b')[3..35]);
        Assert.Equal(("text_completion", "model_not_found", "404", 0L), (refused.Name, refused.Attributes["error.type"], refused.Attributes["http.response.status_code"], refused.Status));
        Assert.DoesNotContain(receiver.Spans, span => span.TraceId == Trace('c')[3..35]);
        Assert.DoesNotContain(Marker, receiver.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_the_server_fails_is_an_error_and_metrics_are_sent_with_fine_bounds()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.Start();
        await using (TinyOpsServer server = Serve(receiver))
        {
            await server.InitializeAsync();
            await Send(server, Trace('d'), "/v1/completions", new { model = "tiny-ops", prompt = "Hi", max_tokens = 3, logit_bias = new Dictionary<string, int> { ["2"] = -100 } });
            await server.Ask("/dev/fault", new { mode = "error" });
            await Send(server, Trace('e'), "/v1/completions", new { model = "tiny-ops", prompt = "Hi" });
        }
        Assert.Equal(Failed, receiver.Spans.Single(span => span.TraceId == Trace('e')[3..35]).Status);

        string[] names = ["gen_ai.server.request.duration", "gen_ai.server.time_per_output_token", "gen_ai.server.time_to_first_token"];
        foreach (string name in names)
        {
            // The instruments are the process', where other tests' servers answer other requests meanwhile.
            OtlpReceiver.Point point = receiver.Histograms.First(point => point.Name == name && !point.Attributes.ContainsKey("error.type")
                && point.Attributes["gen_ai.operation.name"] == "text_completion" && point.Attributes.GetValueOrDefault("gen_ai.request.model") == "tiny-ops"
                && point.Attributes.GetValueOrDefault("gen_ai.response.model") == "tiny-ops@1.1.0");
            Assert.Equal(("s", "llmops"), (point.Unit, point.Attributes["gen_ai.provider.name"]));
            Assert.True(point.Count > 0 && point.Bounds.Count(bound => bound < 0.01) >= 3);
        }
        Assert.Contains(receiver.Histograms, point => point.Name == names[0] && point.Attributes.GetValueOrDefault("error.type") == "internal_error");
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4318/v1/traces", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://c/v1/metrics", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_METRICS_EXPORTER=prometheus", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_TRACES_EXPORTER=none", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_SDK_DISABLED=TRUE", false, false)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", false, false)]
    public void Nothing_is_sent_unless_a_variable_says_where_to(string variables, bool traces, bool metrics) =>
        Assert.Equal(new OtlpSettings(traces, metrics), OtlpSettings.Read(Variables(variables)).Settings);

    [Fact]
    public void An_endpoint_that_is_no_url_is_named()
    {
        (_, string? error) = ServerOptions.Parse(["--model-dir", ".", "--slot", "blue"], Variables("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317"));
        Assert.Equal("OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL", error);
    }

    [Fact]
    public void What_is_set_for_a_signal_goes_before_what_is_set_for_all()
    {
        Func<string, string?> variables = Variables("OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_HEADERS=a=b");
        Assert.Equal("http/protobuf", SignalVariables.Of("TRACES", variables)["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("grpc", SignalVariables.Of("METRICS", variables)["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("a=b", SignalVariables.Of("TRACES", variables)["OTEL_EXPORTER_OTLP_HEADERS"]);
    }

    private static TinyOpsServer Serve(OtlpReceiver receiver) => new(new ServerOptions
    {
        ModelDir = Samples.Folder("1.1.0"), Slot = "green", Urls = "http://127.0.0.1:0", Development = true,
        Otlp = new OtlpSettings(Traces: true, Metrics: true),
        Variables = Variables($"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Url} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_SERVICE_NAME=shop OTEL_RESOURCE_ATTRIBUTES=team=ops"),
    });

    private static Func<string, string?> Variables(string pairs)
    {
        Dictionary<string, string> set = pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => set.GetValueOrDefault(name);
    }

    private static string Trace(char id, bool sampled = true) => $"00-{new string(id, 32)}-{Caller}-0{(sampled ? 1 : 0)}";

    private static async Task Send(TinyOpsServer server, string trace, string path, object body, string state = "tenant=one")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("traceparent", trace);
        request.Headers.Add("tracestate", state);
        request.Headers.Add("baggage", $"who={Marker}");
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        await response.Content.ReadAsStringAsync();
    }
}
