using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

public sealed class ModelPolicyTests
{
    private const string Minimal = "datasets: { golden: eval/golden.jsonl }\ngates:\n  - metric: accuracy@golden\n    min: 0.5\n";

    [Fact]
    public void The_templates_policy_is_read_with_its_units()
    {
        ModelPolicy policy = ModelPolicy.Read("gates.yaml", Repository.Text("inference/deploy/apps/tiny-ops/gates.yaml"));
        Assert.Equal([5, 25, 50, 100], policy.Rollout.Steps);
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10)), (policy.Rollout.MinStep, policy.Rollout.StepDeadline));
        Assert.Equal((TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(5)), (policy.Guard, policy.Cooldown));
        Assert.Contains(policy.Gates, gate => gate is { Name: "latency_ms.p95", Dataset: "golden", Max: 2000, VsChampion.MaxRelativeIncrease: 1.0 });
    }

    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5s", 1.5)]
    [InlineData("10m", 600)]
    [InlineData("2h", 7200)]
    public void A_duration_may_be(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ModelPolicy.Read("gates.yaml", $"{Minimal}guard: {text}\n").Guard);

    [Theory]
    [InlineData("30")]
    [InlineData("-5m")]
    [InlineData("1h30m")]
    [InlineData("5 m")]
    [InlineData("m")]
    [InlineData("1.2.3s")]
    [InlineData("1d")]
    [InlineData("99999999999999999999h")]
    [InlineData("")]
    public void A_duration_may_not_be(string text) =>
        Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", $"{Minimal}guard: {text}\n"));

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("", "one document")]
    [InlineData("- a", "one document")]
    [InlineData("gates: [", "gates.yaml")]
    [InlineData("gates: []", "it asks nothing")]
    [InlineData("datasets: { g: a }\ngates:\n", "without a value")]
    [InlineData("datasets:\ngates: [{ metric: accuracy, min: 1 }]", "without a value")]
    [InlineData("datasets: { g: a }\ngates: [{ metric: , min: 1 }]", "without a value")]
    [InlineData("datasets: { g: a }\ngates:\n  -\n", "without a value")]
    [InlineData(Minimal + "rollout:\n", "without a value")]
    [InlineData(Minimal + "rollout: { steps: }\n", "without a value")]
    [InlineData(Minimal + "unknown_key: 1\n", "unknown_key")]
    [InlineData(Minimal + "rollout: { stepz: [100] }\n", "stepz")]
    [InlineData(Minimal + "guard: 1m\nguard: 2m\n", "line")]
    [InlineData(Minimal + "---\n" + Minimal, "one document")]
    [InlineData(Minimal + "rollout: { steps: [] }\n", "Steps")]
    [InlineData(Minimal + "rollout: { steps: [5, 25] }\n", "end with 100")]
    [InlineData(Minimal + "rollout: { steps: [25, 5, 100] }\n", "rise")]
    [InlineData(Minimal + "rollout: { steps: [5, 5, 100] }\n", "rise")]
    [InlineData(Minimal + "rollout: { steps: [0, 100] }\n", "rise")]
    [InlineData(Minimal + "rollout: { steps: [five, 100] }\n", "line")]
    [InlineData(Minimal + "rollout: { min_requests: 0 }\n", "MinRequests")]
    [InlineData(Minimal + "rollout: { bad_error_rate: 0.01, max_error_rate: 0.02 }\n", "above max_error_rate")]
    [InlineData(Minimal + "rollout: { max_error_rate: .nan }\n", "MaxErrorRate")]
    [InlineData(Minimal + "rollout: { step_deadline: 1s, min_step: 3s }\n", "above min_step")]
    [InlineData(Minimal + "rollout: { strategy: yolo }\n", "line")]
    [InlineData(Minimal + "rollout: { metrics: }\n", "without a value")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: } ] }\n", "without a value")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: refusal_rate, max_increase: 0.1 } ] }\n", "'refusal_rate' is not a metric; known are inter_token_latency_p50")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: latency_p95 } ] }\n", "needs max_relative_increase")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: latency_p95, max_relative_increase: .nan } ] }\n", "MaxRelativeIncrease")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: latency_p95, max_increase: 0.1 } ] }\n", "needs max_relative_increase")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: truncated_rate, max_relative_increase: 0.1 } ] }\n", "needs max_increase")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: latency_p95, max_relative_increase: 0.5, alpha: 0 } ] }\n", "Alpha")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: latency_p95, max_relative_increase: 0.5, missing: perhaps } ] }\n", "line")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: latency_p95, max_relative_increase: 0.5 }, { metric: latency_p95, max_relative_increase: 1 } ] }\n", "twice")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: tokens_per_second_p50, max_relative_increase: 0.5 } ] }\n", "needs max_relative_decrease")]
    [InlineData(Minimal + "rollout: { metrics: [ { metric: latency_p95, max_relative_increase: 0.5, max_relative_decrease: 0.5 } ] }\n", "needs max_relative_increase")]
    [InlineData(Minimal + "rollout: { shadow: }\n", "without a value")]
    [InlineData(Minimal + "rollout: { shadow: { metrics: } }\n", "without a value")]
    [InlineData(Minimal + "rollout: { shadow: { share: 10 } }\n", "share")]
    [InlineData(Minimal + "rollout: { shadow: { percent: 0 } }\n", "Percent")]
    [InlineData(Minimal + "rollout: { shadow: { min_time: 10m, deadline: 10m } }\n", "shadow.deadline must be above min_time")]
    [InlineData(Minimal + "rollout: { shadow: { metrics: [ { metric: refusal_rate, max_increase: 0.1 } ] } }\n", "rollout.shadow.metrics: 'refusal_rate' is not a metric")]
    [InlineData(Minimal + "dialect: kserve-llm\nrollout: { shadow: {} }\n", "rollout.shadow: not possible with kserve-llm, whose route copies no requests; use gateway-api or istio")]
    [InlineData(Minimal + "dialect: kserve-knative\nrollout: { shadow: {} }\n", "not possible with kserve-knative")]
    [InlineData(Minimal + "dialect: kserve-standard\nrollout: { shadow: {} }\n", "not possible with kserve-standard")]
    [InlineData(Minimal + "approval: { required: always, before: [users] }\n", "users is what comes after rollout.shadow")]
    [InlineData("datasets: { golden: ../../../quarantine.yaml }\ngates: [{ metric: accuracy, min: 1 }]", "path below")]
    [InlineData("datasets: { golden: /etc/passwd }\ngates: [{ metric: accuracy, min: 1 }]", "path below")]
    [InlineData("datasets: { golden: }\ngates: [{ metric: accuracy, min: 1 }]", "path below")]
    public void A_policy_that_is_wrong_is_an_error_when_it_is_read(string? text, string problem) =>
        Assert.Contains(problem, Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_rollouts_metrics_are_read_with_their_defaults()
    {
        RolloutPolicy policy = ModelPolicy.Read("gates.yaml", Minimal + """
            rollout:
              strategy: blue_green
              metrics:
                - { metric: latency_p95, max_relative_increase: 0.5 }
                - { metric: truncated_rate, max_increase: 0.05, alpha: 0.02, missing: ignore }

            """).Rollout;
        Assert.Equal([100], policy.Shares);
        Assert.Equal((0.01, MissingLiveMetric.Hold), (policy.Metrics[0].Alpha, policy.Metrics[0].Missing));
        Assert.Equal((0.02, MissingLiveMetric.Ignore), (policy.Metrics[1].Alpha, policy.Metrics[1].Missing));
    }

    [Fact]
    public void A_shadow_is_read_with_its_defaults()
    {
        Assert.Null(ModelPolicy.Read("gates.yaml", Minimal).Rollout.Shadow);
        ShadowPolicy shadow = ModelPolicy.Read("gates.yaml", Minimal + "dialect: istio\nrollout: { shadow: { percent: 50 } }\n").Rollout.Shadow!;
        Assert.Equal((50, 80, TimeSpan.FromMinutes(10), TimeSpan.FromHours(12)), (shadow.Percent, shadow.MinRequests, shadow.MinTime, shadow.Deadline));
    }

    [Theory]
    [InlineData("metric: made_up\n    min: 1", "not a metric")]
    [InlineData("metric: latency_ms\n    max: 1", "not a metric")]
    [InlineData("metric: latency_ms.p42\n    max: 1", "not a metric")]
    [InlineData("metric: accuracy@other\n    min: 1", "does not define")]
    [InlineData("metric: \"accuracy@\"\n    min: 1", "does not define")]
    [InlineData("metric: accuracy", "no limit")]
    [InlineData("metric: accuracy\n    vs_champion: {}", "no limit")]
    [InlineData("metric: accuracy\n    min: 0.5\n    vs_champion: {}", "no limit")]
    [InlineData("metric: accuracy\n    min: .nan", "must be a number")]
    [InlineData("metric: latency_ms.p95\n    max: .inf", "must be a number")]
    [InlineData("metric: accuracy\n    vs_champion: { max_relative_drop: 5 }", "MaxRelativeDrop")]
    [InlineData("metric: accuracy\n    vs_champion: { max_drop: -1 }", "MaxDrop")]
    [InlineData("metric: accuracy\n    vs_champion: { max_dorp: 1 }", "max_dorp")]
    public void A_gate_that_could_never_fail_is_an_error(string gate, string problem)
    {
        string text = $"datasets: {{ golden: eval/golden.jsonl }}\ngates:\n  - {gate}\n";
        Assert.Contains(problem, Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        string text = Minimal.Replace("accuracy@golden", "nonsense@nowhere", StringComparison.Ordinal) + "rollout: { steps: [5], min_requests: 0 }\n";
        string message = Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", text)).Message;
        Assert.All(new[] { "not a metric", "does not define", "end with 100", "MinRequests" }, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
