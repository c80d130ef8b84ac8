using System.Text.RegularExpressions;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Telemetry;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Telemetry;

public sealed partial class MetricsTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    // What promtool says, and ends with 3 for, of names that are no recording rules': vLLM's have the colon, and no other lint is let pass.
    [GeneratedRegex("^vllm:[a-z0-9_]+ metric names should not contain ':'$")]
    private static partial Regex VllmName();

    [RequiresFact(Tool.Promtool)]
    public async Task Promtool_accepts_the_exposition()
    {
        const int Lint = 3;
        await server.Ask("/v1/completions", new { model = "tiny-ops", prompt = "Hi", max_tokens = 3 });
        (int exitCode, string output) = await Command.Run("promtool", ["check", "metrics"], await server.Client.GetStringAsync("/metrics"));
        Assert.True(exitCode == Lint, output);
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(VllmName(), line));
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
                times.Stepped(generated);
                clock.Advance(TimeSpan.FromMilliseconds(250));
            }
            times.Ended(FinishReason.Stop, 3, tokens);
        }
        string text = metrics.Exposition();
        Assert.Contains("vllm:request_time_per_output_token_seconds_sum{model_name=\"m\",version=\"1.0.0\",slot=\"green\"} 0.25\n", text, StringComparison.Ordinal);
        Assert.Contains("vllm:request_time_per_output_token_seconds_count{model_name=\"m\",version=\"1.0.0\",slot=\"green\"} 1\n", text, StringComparison.Ordinal);
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
