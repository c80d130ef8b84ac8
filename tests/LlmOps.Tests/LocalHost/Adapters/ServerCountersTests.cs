using System.Net;
using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;
using LlmOps.Rollouts;

namespace LlmOps.Tests.LocalHost.Adapters;

/// <summary>What every adapter of live traffic says of the same servers: two of green, one of them silent, and one of another model.</summary>
public sealed class ServerCountersTests
{
    private const string Family = "vllm:e2e_request_latency_seconds_bucket";

    [Fact]
    public async Task The_gateways_adapter_sums_the_pages_of_a_slots_servers()
    {
        GatewayTraffic traffic = new(new HttpClient(new Pages()) { BaseAddress = new Uri("http://cluster/") });
        Verify(await traffic.ReadServers("tiny-ops", Family, "le", default));
        Assert.Empty(await traffic.ReadServers("unknown", Family, "le", default));
    }

    [Fact]
    public async Task Prometheus_sums_them_in_its_query()
    {
        Asked asked = new();
        Verify(await new PrometheusTraffic(new HttpClient(asked) { BaseAddress = new Uri("http://prometheus/") }).ReadServers("tiny-ops", Family, "le", default));
        Assert.Equal(
            $$"""sum by (slot, version, le) ({{Family}}{model_name="tiny-ops",slot!="",version!=""})""",
            Uri.UnescapeDataString(asked.Query["?query=".Length..]));
    }

    private static void Verify(IReadOnlyList<ServerCounter> counters) => Assert.Equal(
        [new("blue", "1.0.0", "+Inf", 9), new("blue", "1.0.0", "0.1", 7), new("green", "1.1.0", "+Inf", 5), new("green", "1.1.0", "0.1", 3)],
        counters.OrderBy(counter => counter.Slot, StringComparer.Ordinal).ThenBy(counter => counter.Label, StringComparer.Ordinal));

    private sealed class Pages : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string? text = request.RequestUri!.ToString() switch
            {
                "http://cluster/targets" => """
                    [{"targets":["a:1"],"labels":{"model":"tiny-ops","version":"1.0.0","slot":"blue","pod":"a"}},
                     {"targets":["b:1"],"labels":{"model":"tiny-ops","version":"1.1.0","slot":"green","pod":"b"}},
                     {"targets":["c:1"],"labels":{"model":"tiny-ops","version":"1.1.0","slot":"green","pod":"c"}},
                     {"targets":["d:1"],"labels":{"model":"tiny-ops","version":"1.1.0","slot":"green","pod":"d"}},
                     {"targets":["e:1"],"labels":{"model":"other","version":"1.1.0","slot":"green","pod":"e"}}]
                    """,
                "http://a:1/metrics" => Page(7, 9),
                "http://b:1/metrics" => Page(1, 2),
                "http://c:1/metrics" => Page(2, 3),
                _ => null,
            };
            return text is null
                ? throw new HttpRequestException("connection refused")
                : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text, null, "application/json") });
        }

        private static string Page(int below, int all) => $$"""
            # TYPE vllm:e2e_request_latency_seconds histogram
            vllm:e2e_request_latency_seconds_bucket{model_name="tiny-ops",version="x",slot="y",le="0.1"} {{below}}
            vllm:e2e_request_latency_seconds_bucket{model_name="tiny-ops",version="x",slot="y",le="+Inf"} {{all}}
            vllm:e2e_request_latency_seconds_sum{model_name="tiny-ops",version="x",slot="y"} 0.25
            """.ReplaceLineEndings("\n");
    }

    private sealed class Asked : HttpMessageHandler
    {
        public string Query { get; private set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Query = request.RequestUri!.Query;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent("""
                    {"status":"success","data":{"resultType":"vector","result":[
                      {"metric":{"slot":"blue","version":"1.0.0","le":"0.1"},"value":[1,"7"]},
                      {"metric":{"slot":"blue","version":"1.0.0","le":"+Inf"},"value":[1,"9"]},
                      {"metric":{"slot":"green","version":"1.1.0","le":"0.1"},"value":[1,"3"]},
                      {"metric":{"slot":"green","version":"1.1.0","le":"+Inf"},"value":[1,"5"]},
                      {"metric":{"slot":"green","version":"1.1.0","le":"0.2"},"value":[1,"NaN"]}]}}
                    """),
            });
        }
    }
}
