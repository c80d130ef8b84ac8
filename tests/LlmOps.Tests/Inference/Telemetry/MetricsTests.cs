using System.Text.RegularExpressions;
using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Telemetry;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Inference.Telemetry;

public sealed partial class MetricsTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    // What promtool says, and ends with 3 for, of names that are no recording rules': vLLM's have the colon, and no other lint is let pass.
    [GeneratedRegex("^vllm:[a-z0-9_]+ metric names should not contain ':'$")]
    private static partial Regex VllmName();

    // Of tokens in an iteration, of all iterations: vLLM's name for a histogram.
    private const string VllmTotal = "vllm:iteration_tokens_total non-counter metrics should not have \"_total\" suffix";

    [RequiresFact(Tool.Promtool)]
    public async Task Promtool_accepts_the_exposition()
    {
        const int Lint = 3;
        await server.Ask("/v1/completions", new { model = "tiny-ops", prompt = "Hi", max_tokens = 3 });
        (int exitCode, string output) = await Command.Run("promtool", ["check", "metrics"], await server.Client.GetStringAsync("/metrics"));
        Assert.True(exitCode == Lint, output);
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != VllmTotal), line => Assert.Matches(VllmName(), line));
    }

    [Fact]
    public void Counters_exist_before_their_first_event()
    {
        string text = new ServerMetrics("m", "1.0.0", "green").Exposition();
        Assert.Contains("llmops_requests_total{model_name=\"m\",version=\"1.0.0\",slot=\"green\",code=\"200\",endpoint=\"chat_completions\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("llmops_requests_total{model_name=\"m\",version=\"1.0.0\",slot=\"green\",code=\"500\",endpoint=\"chat_completions\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("vllm:request_success_total{model_name=\"m\",version=\"1.0.0\",slot=\"green\",finished_reason=\"stop\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_of_a_requests_tokens_is_counted_once_and_without_the_wait_for_the_first()
    {
        ManualClock clock = new();
        ServerMetrics metrics = new("m", "1.0.0", "green");
        foreach (int tokens in new[] { 5, 1 })
        {
            RequestClock times = new(metrics, clock, clock.GetTimestamp());
            clock.Advance(TimeSpan.FromSeconds(30));
            for (int generated = 1; generated <= tokens; generated++)
            {
                times.Stepped(1, generated);
                clock.Advance(TimeSpan.FromMilliseconds(250));
            }
            times.Ended(FinishReason.Stop, 3, tokens);
        }
        string text = metrics.Exposition();
        Assert.Contains("vllm:request_time_per_output_token_seconds_sum{model_name=\"m\",version=\"1.0.0\",slot=\"green\"} 0.25\n", text, StringComparison.Ordinal);
        Assert.Contains("vllm:request_time_per_output_token_seconds_count{model_name=\"m\",version=\"1.0.0\",slot=\"green\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_vllm_and_of_opentelemetry_are_there_with_what_was_measured()
    {
        await server.Post("/v1/completions", """{"model":"tiny-ops","prompt":"Hi","max_tokens":3,"n":2,"logit_bias":{"2":-100}}""");
        string[] histograms =
        [
            "vllm:time_to_first_token_seconds", "vllm:inter_token_latency_seconds", "vllm:request_time_per_output_token_seconds", "vllm:e2e_request_latency_seconds",
            "vllm:request_queue_time_seconds", "vllm:request_inference_time_seconds", "vllm:request_prefill_time_seconds", "vllm:request_decode_time_seconds",
            "vllm:iteration_tokens_total", "vllm:request_prompt_tokens", "vllm:request_generation_tokens", "vllm:request_max_num_generation_tokens",
            "vllm:request_params_n", "vllm:request_params_max_tokens", "vllm:request_prefill_kv_computed_tokens",
            "gen_ai_server_request_duration_seconds", "gen_ai_server_time_per_output_token_seconds", "gen_ai_server_time_to_first_token_seconds",
            "http_request_duration_seconds", "http_request_duration_highr_seconds", "http_request_size_bytes", "http_response_size_bytes",
        ];
        // What is said of the request as a whole follows its answer.
        string text = "";
        await Eventually.True(async () => (text = await server.Client.GetStringAsync("/metrics")).Contains("http_requests_total{", StringComparison.Ordinal)
            && text.Contains("http_request_size_bytes_count{", StringComparison.Ordinal) && text.Contains("gen_ai_server_time_per_output_token_seconds_count{", StringComparison.Ordinal));
        // The last of it may have come while the first was read.
        text = await server.Client.GetStringAsync("/metrics");
        Assert.All(histograms, name => Assert.Matches($"(?m)^{name}_count{{.*}} [1-9]", text));
        string[] others =
        [
            "vllm:prompt_tokens_total", "vllm:prompt_tokens_by_source_total", "vllm:generation_tokens_total", "vllm:prefix_cache_queries_total",
            "vllm:cache_config_info", "http_requests_total", "llmops_requests_total",
        ];
        Assert.All(others, name => Assert.Matches($"(?m)^{name}{{.*}} [1-9]", text));
        Assert.All(
            (string[])["vllm:prompt_tokens_cached_total", "vllm:prefix_cache_hits_total", "vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:num_requests_waiting_by_reason", "vllm:kv_cache_usage_perc"],
            name => Assert.Matches($"(?m)^{name}{{.*}} [0-9]", text));
        Assert.Contains("gen_ai_operation_name=\"text_completion\",gen_ai_provider_name=\"llmops\",gen_ai_request_model=\"tiny-ops\",gen_ai_response_model=\"tiny-ops@1.1.0\",le=\"0.001\"", text, StringComparison.Ordinal);
        Assert.Contains(",block_size=\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_of_a_token_takes_no_memory()
    {
        ServerMetrics metrics = new("m", "1.0.0", "green");
        RequestClock times = new(metrics, TimeProvider.System, 0, new TurnTokens(metrics.TokensOfTurn));
        for (int generated = 1; generated < 100; generated++) times.Stepped(1, generated);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int generated = 100; generated < 200; generated++) times.Stepped(1, generated);
        // The least object has 24 bytes; room for what the runtime does once.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);
    }

    [Fact]
    public async Task Counts_from_many_threads_are_all_kept()
    {
        Histogram histogram = new("h", "h", [1]);
        Counter counter = new("c", "c");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                histogram.Observe(0.5);
                counter.Add(1);
            }
        })));
        System.Text.StringBuilder text = new();
        histogram.WriteSeries(text, "a=\"b\"");
        counter.WriteSeries(text, "a=\"b\"");
        Assert.Contains("h_sum{a=\"b\"} 2000\nh_count{a=\"b\"} 4000\nc{a=\"b\"} 4000\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Phases_of_a_request_are_told_apart()
    {
        ManualClock clock = new();
        ServerMetrics metrics = new("m", "1.0.0", "green");
        long arrived = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(1));
        RequestClock times = new(metrics, clock, arrived);
        clock.Advance(TimeSpan.FromSeconds(2));
        times.Stepped(32, 0);
        clock.Advance(TimeSpan.FromSeconds(2));
        times.Stepped(32, 1);
        clock.Advance(TimeSpan.FromSeconds(8));
        times.Stepped(1, 2);
        times.Ended(FinishReason.Stop, 64, 2);
        new RequestClock(metrics, clock, arrived).Ended(FinishReason.Abort, 64, 0);
        string text = metrics.Exposition();
        Assert.All(
            (string[])["queue_time_seconds_sum{.*} 14", "prefill_time_seconds_sum{.*} 4", "decode_time_seconds_sum{.*} 8", "inference_time_seconds_sum{.*} 12", "inference_time_seconds_count{.*} 1"],
            expected => Assert.Matches($"(?m)^vllm:request_{expected}$", text));
    }

    [Theory]
    [InlineData(AnswerRequest.MaxBodyBytes, true)]
    [InlineData(long.MaxValue, false)]
    public async Task Length_that_no_body_may_have_is_not_counted(long length, bool counted)
    {
        VersionMetrics metrics = new();
        metrics.Expose(metrics.Of("m", "1.0.0", "green"));
        DefaultHttpContext http = new();
        http.Request.ContentLength = length;
        await new ObserveRequest(metrics, new LogRequest(prompts: false, escapes: false, NullLogger<LogRequest>.Instance), TimeProvider.System).Invoke(http, _ => Task.CompletedTask);
        Assert.Equal(counted, metrics.Exposition().Contains("http_request_size_bytes_count{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_series_says_which_model_version_and_slot()
    {
        string text = await server.Client.GetStringAsync("/metrics");
        Assert.All(
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'),
            line => Assert.Contains("{model_name=\"tiny-ops\",version=\"1.1.0\",slot=\"blue\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        Assert.Contains("""model_name="a\"b\\c\n" """.Trim(), new ServerMetrics("a\"b\\c\n", "1", "blue").Exposition(), StringComparison.Ordinal);
    }
}
