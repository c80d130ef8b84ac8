using LlmOps.LocalHost.Stack;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>Git as a user has it beside the stack: clone, edit, push, log.</summary>
internal static class GitOps
{
    /// <summary>Pushes a policy that judges quickly, and guards for as long as asked.</summary>
    public static Task SetPolicy(Home home, string guard) => Push(home, "apps/tiny-ops/gates.yaml", Policy(guard), $"Guard for {guard}");

    /// <summary>Takes all digests out of quarantine, so that their weights need no approval.</summary>
    public static async Task LiftQuarantine(Home home)
    {
        if (await Git(home.Repository, "show", "main:quarantine.yaml") is var text && text.Contains("- digest:", StringComparison.Ordinal))
        {
            await Push(home, "quarantine.yaml", "digests: []\n", "Lift the quarantine");
        }
    }

    private static async Task Push(Home home, string path, string text, string subject)
    {
        string clone = Directory.CreateTempSubdirectory("llmops-clone-").FullName;
        try
        {
            await Git(clone, "clone", "--quiet", home.Repository, ".");
            await File.WriteAllTextAsync(Path.Combine(clone, path), text);
            await Git(clone, "-c", "user.name=A user", "-c", "user.email=user@example.com", "commit", "--quiet", "-am", subject);
            await Git(clone, "push", "--quiet", "origin", "HEAD:main");
        }
        finally
        {
            Directory.Delete(clone, recursive: true);
        }
    }

    public static async Task<string> Git(string folder, params string[] arguments)
    {
        (int exitCode, string output) = await Command.Run("git", arguments, folder: folder);
        Assert.True(exitCode == 0, $"git {string.Join(' ', arguments)}: {output}");
        return output.Trim();
    }

    private static string Policy(string guard) => $$"""
        description: quick to watch
        version: 1
        datasets: { golden: eval/golden.jsonl }
        gates:
          - metric: accuracy@golden
            min: 0.80
        rollout: { steps: [20, 100], min_requests: 5, min_step: 1s, step_deadline: 10m, max_error_rate: 0.02, bad_error_rate: 0.10, false_abort: 0.01 }
        guard: {{guard}}
        cooldown: 0s
        freeze_after: { rollbacks: 20, within: 24h }

        """;
}
