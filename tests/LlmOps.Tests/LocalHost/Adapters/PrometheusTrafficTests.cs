using System.Net;
using LlmOps.Ports;
using LlmOps.Rollouts;

namespace LlmOps.Tests.LocalHost.Adapters;

public sealed class PrometheusTrafficTests
{
    [Fact]
    public async Task Counts_are_summed_by_slot_and_5xx_are_failures()
    {
        IReadOnlyDictionary<string, TrafficCount> traffic = await Read("""
            {"status":"success","data":{"resultType":"vector","result":[
              {"metric":{"slot":"blue","code":"200"},"value":[1763733600.1,"90"]},
              {"metric":{"slot":"blue","code":"503"},"value":[1763733600.1,"7"]},
              {"metric":{"slot":"blue","code":"499"},"value":[1763733600.1,"3"]},
              {"metric":{"slot":"green","code":"504"},"value":[1763733600.1,"1"]}]},"warnings":["one"]}
            """);
        Assert.Equal(new TrafficCount(100, 7), traffic["blue"]);
        Assert.Equal(new TrafficCount(1, 1), traffic["green"]);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""[{"metric":{"slot":"blue","code":"200"},"value":[1,"NaN"]}]""")]
    [InlineData("""[{"metric":{"slot":"blue","code":"200"},"value":[1,"+Inf"]}]""")]
    public async Task No_number_is_no_count(string result) =>
        Assert.Empty(await Read("""{"status":"success","data":{"resultType":"vector","result":RESULT}}""".Replace("RESULT", result)));

    [Fact]
    public async Task An_error_speaks_in_prometheus_words()
    {
        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(
            () => Read("""{"status":"error","errorType":"execution","error":"query timed out"}""", HttpStatusCode.ServiceUnavailable));
        Assert.Equal("Prometheus answered 503: execution: query timed out", error.Message);
    }

    [Fact]
    public async Task What_is_not_prometheus_is_an_error() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => Read("<html>Bad gateway</html>", HttpStatusCode.BadGateway));

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"status":7}""")]
    [InlineData("""{"status":"success"}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":{}}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"slot":"blue"},"value":[1]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"slot":"blue"},"value":[1,"many"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"code":"200"},"value":[1,"2"]}]}}""")]
    public async Task An_answer_in_another_form_is_an_error(string reply) =>
        Assert.Equal(
            "Prometheus answered 200 in another form than its API's",
            (await Assert.ThrowsAsync<HttpRequestException>(() => Read(reply))).Message);

    private static Task<IReadOnlyDictionary<string, TrafficCount>> Read(string reply, HttpStatusCode code = HttpStatusCode.OK) =>
        new PrometheusTraffic(new HttpClient(new Canned(reply, code)) { BaseAddress = new Uri("http://prometheus/") })
            .Read("tiny-ops", default);

    private sealed class Canned(string reply, HttpStatusCode code) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(
                """sum by (slot, code) (llmops_gateway_requests_total{model="tiny-ops",slot!=""})""",
                Uri.UnescapeDataString(request.RequestUri!.Query["?query=".Length..]));
            return Task.FromResult(new HttpResponseMessage(code) { Content = new StringContent(reply) });
        }
    }
}
