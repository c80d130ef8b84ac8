using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

public sealed class ReadPolicyTests
{
    [Fact]
    public async Task While_the_host_does_not_answer_rollbacks_wait_for_it_once_in_a_while_and_take_what_was_read_last()
    {
        ManualClock clock = new();
        Hanging git = new() { Text = LoopFixture.Policy };
        ControlPlaneOptions options = new()
        {
            AlertmanagerToken = new string('a', 16), GitHubSecret = new string('b', 16), FluxSecret = new string('c', 16),
        };
        ReadPolicy policies = new(git, options, clock);
        Assert.Equal(TimeSpan.FromMinutes(5), (await policies.CurrentOrDefault("tiny-ops", default)).Cooldown);

        git.Text = null;
        Task<ModelPolicy> waiting = policies.CurrentOrDefault("tiny-ops", default);
        Assert.False(waiting.IsCompleted);
        clock.Advance(options.GitPatience);
        Assert.Equal(TimeSpan.FromMinutes(5), (await waiting).Cooldown);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(TimeSpan.FromMinutes(5), (await policies.CurrentOrDefault("tiny-ops", default)).Cooldown);
        }
        Assert.Equal(2, git.Asked);

        git.Text = LoopFixture.Policy.Replace("cooldown: 5m", "cooldown: 7m", StringComparison.Ordinal);
        clock.Advance(options.GitPatience * 3);
        Assert.Equal(TimeSpan.FromMinutes(7), (await policies.CurrentOrDefault("tiny-ops", default)).Cooldown);
        Assert.Equal(3, git.Asked);
    }

    /// <summary>A host that answers nothing while it has no text.</summary>
    private sealed class Hanging : IGitHost
    {
        public string? Text { get; set; }

        public int Asked { get; private set; }

        public async Task<string> Head(string branch, CancellationToken cancellation)
        {
            Asked++;
            await (Text is null ? Task.Delay(Timeout.Infinite, cancellation) : Task.CompletedTask);
            return "head";
        }

        public Task<string?> Read(string path, string revision, CancellationToken cancellation) => Task.FromResult(Text);

        public Task<CommitOutcome> Commit(CommitRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<GitCommit>> History(string branch, int count, CancellationToken cancellation) => throw new NotSupportedException();

        public Task OpenIssue(GitIssue issue, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
