using LlmOps.Tests.LocalHost.Cluster;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.LocalHost.Monitoring;

public sealed class RulesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "inference/deploy/monitoring");

    [RequiresFact(Tool.Promtool)]
    public Task Rules_alert_on_what_their_examples_say() => Promtool.Check("", "test", "rules", Path.Combine(Folder, "rules.test.yaml"));

    [RequiresFact(Tool.Promtool)]
    public Task Rules_are_valid() => Promtool.Check("", "check", "rules", Path.Combine(Folder, "rules.yaml"));
}
