using LlmOps.Releases;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>A person rolls a promoted version back with the CLI.</summary>
[Collection(StackStories.Name)]
public sealed class ManualRollbackStory(StackUnderTest stack)
{
    [RequiresFact(Tool.Prometheus)]
    public async Task A_person_looks_and_then_rolls_back()
    {
        using ScratchFolder scratch = new();
        string folder = await Samples.Renamed("1.1.0", "2.3.0", scratch["version"]);
        await GitOps.LiftQuarantine(stack.Home);
        (int exitCode, string output) = await stack.Cli("upload", folder, "-w");
        Assert.True(exitCode == 0 && output.Contains("GuardOpened"), output);
        string head = await GitOps.Git(stack.Home.Repository, "rev-parse", "main");

        (exitCode, output) = await stack.Cli("rollback", "tiny-ops", "--reason", "it is rude", "--dry-run");
        Assert.True(exitCode == 0 && output.Contains("Rolls-Back: tiny-ops@2.3.0") && output.Contains("Reason: it is rude"), output);
        Assert.Equal(head, await GitOps.Git(stack.Home.Repository, "rev-parse", "main"));

        (exitCode, output) = await stack.Cli("rollback", "tiny-ops", "--reason", "it is rude");
        Assert.True(exitCode == 0 && output.Contains("RolledBack") && output.Contains("RollbackReconciled"), output);
        Assert.Equal(Phase.RolledBack, (await stack.Client.Get("tiny-ops", "2.3.0", default))!.Phase);

        (exitCode, output) = await stack.Cli("rollback", "tiny-ops", "--reason", "again");
        Assert.True(exitCode == 1 && output.Contains("can be rolled back"), output);
        (exitCode, output) = await stack.Cli("upload", await Samples.Renamed("1.1.0", "2.3.0", scratch["again"]), "-w");
        Assert.True(exitCode == 1 && output.Contains("is RolledBack: it is rude"), output);
    }
}
