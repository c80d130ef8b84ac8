using System.Diagnostics;
using LlmOps.Audit;
using LlmOps.LocalHost.Adapters;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;

namespace LlmOps.Benchmarks;

/// <summary>
/// The revert, from the decision to the branch's new head, against what a script does: edit two files in a clone, commit, push.
/// </summary>
internal static class RevertCommit
{
    private const int Rounds = 15;

    public static async Task<Comparison> Run(string root)
    {
        string folder = Directory.CreateTempSubdirectory("llmops-bench-").FullName;
        try
        {
            return await Measure(folder, Path.Combine(root, "inference", "deploy"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Comparison> Measure(string folder, string template)
    {
        string bare = Path.Combine(folder, "gitops.git");
        BareGitHost git = await BareGitHost.Create(bare, template, TimeProvider.System, default);
        FolderBlobs blobs = new(Path.Combine(folder, "blobs"), TimeProvider.System);
        using AuditLog audit = new(blobs, TimeProvider.System);
        ControlPlaneOptions options = new() { AlertmanagerToken = new string('x', 16), GitHubSecret = new string('x', 16), FluxSecret = new string('x', 16) };
        ProposeChange propose = new(new BareGitReviews(bare, TimeProvider.System), audit, new OpenProposals(blobs));
        RevertInGit revert = new(new CommitOnce(git, audit, options, TimeProvider.System, propose), TimeProvider.System);
        await Warm(git);
        string clone = Path.Combine(folder, "clone");
        Git(folder, "clone", "--quiet", bare, clone);
        List<Round> rounds = [];
        for (int i = 0; i < Rounds; i++)
        {
            Release release = Bad(i);
            long start = TimeProvider.System.GetTimestamp();
            ChangeOutcome outcome = await revert.Make(release, new RevertCause("benchmark", "benchmark"), default);
            double ours = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
            _ = outcome.Sha ?? throw new InvalidOperationException(outcome.Refusal);
            rounds.Add(new Round(ours, ByScript(clone, i)));
        }
        return Comparison.Of("a rollback's commit", "ms", "git pull, commit and push from a clone", rounds);
    }

    // The champion is warm in blue; each bad version is in green.
    private static async Task Warm(BareGitHost git)
    {
        string path = Slots.SlotPath("tiny-ops", Slots.Blue);
        string old = (await git.Read(path, "main", default))!;
        string text = new SlotManifest("1.0.0", new string('a', 64), 1).WriteTo(path, old);
        await git.Commit(new CommitRequest("main", await git.Head("main", default), new CommitMessage("Warm", "", []), new Dictionary<string, string?> { [path] = text }), default);
    }

    private static Release Bad(int number) => new()
    {
        Model = "tiny-ops", Version = $"1.1.{number}", Digest = number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture),
        Phase = Phase.Guarded, Slot = Slots.Green, Champion = "1.0.0", UploadedAt = default, PhaseSince = default,
    };

    private static double ByScript(string clone, int number)
    {
        long start = TimeProvider.System.GetTimestamp();
        Git(clone, "pull", "--quiet", "--ff-only");
        File.AppendAllText(Path.Combine(clone, "apps/tiny-ops/route.yaml"), $"# {number}\n");
        File.AppendAllText(Path.Combine(clone, "quarantine.yaml"), $"# {number}\n");
        Git(clone, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--all", "-m", $"Roll back {number}");
        Git(clone, "push", "--quiet");
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Git(string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
        }
    }
}
