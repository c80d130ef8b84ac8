using System.Globalization;
using System.Text.RegularExpressions;
using LlmOps.Audit;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Stack;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Rollbacks;

namespace LlmOps.Tests.Stories;

/// <summary>
/// Everything that a run leaves behind, as lines. What may differ between two runs of one story, times above all, is left out.
/// </summary>
internal static class CrashEnding
{
    public static async Task<IReadOnlyList<string>> Of(CrashHome home)
    {
        List<string> lines = [];
        lines.AddRange(await Releases(home));
        lines.AddRange(await Git(home));
        lines.AddRange(await Aliases(home));
        lines.AddRange(await Audit(home));
        lines.AddRange(await Records(home));
        lines.AddRange(await DeadLetters(home));
        lines.AddRange(Locks(home));
        return lines;
    }

    /// <summary>What two endings do not share; empty when they are the same.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
    [
        .. Without(expected, actual).Select(line => $"missing: {line}"),
        .. Without(actual, expected).Select(line => $"too much: {line}"),
    ];

    private static List<string> Without(IReadOnlyList<string> lines, IReadOnlyList<string> others)
    {
        List<string> rest = [.. lines];
        foreach (string other in others)
        {
            rest.Remove(other);
        }
        return rest;
    }

    private static async Task<IEnumerable<string>> Releases(CrashHome home) =>
        from release in await new ReleaseStore(home.Blobs).List(null, default)
        let steps = string.Join(", ", release.Rollout?.Done.Select(step => step.Percent.ToString(CultureInfo.InvariantCulture)) ?? [])
        let end = (release.Closed ? ", closed" : "") + (release.RevertReconciledAt is null ? "" : ", revert reconciled")
        select $"release {release.Id}: {release.Phase}, slot {release.Slot}, champion {release.Champion}, steps [{steps}]{end}";

    private static async Task<IEnumerable<string>> Git(CrashHome home)
    {
        BareGitHost git = home.Git;
        IReadOnlyList<GitCommit> commits = await git.History("main", 100, default);
        GitFiles files = new(git, commits[0].Sha, default);
        RouteManifest route = await files.Route(CrashTemplate.Model);
        return
        [
            .. commits.Reverse().Select((commit, number) =>
                $"commit {number}: {commit.Subject} [{commit.Trailers.GetValueOrDefault(CommitOnce.KeyTrailer)}]"),
            $"blue: {await files.Slot(CrashTemplate.Model, Slots.Blue)}",
            $"green: {await files.Slot(CrashTemplate.Model, Slots.Green)}",
            $"route: blue {route.Blue}, green {route.Green}",
            $"quarantine: {string.Join(", ", await files.Quarantine())}",
        ];
    }

    // How many requests had been counted when a step failed depends on when it was looked at.
    private static string Counted(string why) => Regex.Replace(why, @"\d+", "N");

    private static async Task<IEnumerable<string>> Aliases(CrashHome home)
    {
        RegisteredModel model = await new ModelRegistry(home.Blobs, TimeProvider.System).Read(CrashTemplate.Model, default);
        return
        [
            .. model.Versions.Select(version => $"version {version.Version}: {version.Digest}"),
            .. model.Aliases.Select(alias => $"alias {alias.Key}: {alias.Value}"),
            .. model.History.Select((move, number) =>
                $"move {number}: {move.Alias} from {move.From} to {move.To} by {move.By}: {Counted(move.Why)} [{move.Key}]"),
        ];
    }

    private static async Task<IEnumerable<string>> Audit(CrashHome home)
    {
        using AuditLog log = new(home.Blobs, TimeProvider.System);
        ChainVerdict verdict = await new VerifyAudit(home.Blobs, home.Git, Secrets.Of(home.Home).ToOptions()).Handle(default);
        IReadOnlyList<AuditEntry> entries = await log.Read(0, default);
        return
        [
            $"audit holds: {verdict.Holds}",
            .. entries.Select(entry => $"audit {entry.Id}: {entry.Kind} of {entry.Model}@{entry.Version}"),
        ];
    }

    // Which commit an incident names is told by its subject: the SHA holds the time.
    private static async Task<IEnumerable<string>> Records(CrashHome home)
    {
        IReadOnlyList<GitCommit> commits = await home.Git.History("main", 100, default);
        List<string> lines = [];
        await foreach (BlobItem blob in home.Blobs.List(Containers.State, "", default))
        {
            lines.Add($"blob {blob.Name}");
            if (blob.Name.StartsWith("incidents/", StringComparison.Ordinal)
                && await home.Blobs.ReadJson<Incident>(Containers.State, blob.Name, default) is var (incident, _))
            {
                string? commit = commits.FirstOrDefault(commit => commit.Sha == incident.Commit)?.Subject;
                string end = incident.ResolvedAt is null ? "" : ", resolved";
                lines.Add($"incident of {incident.Version}: {incident.Decision}, {incident.Reason}, commit {commit}{end}");
            }
        }
        FolderBlobs issues = new($"{home.Home.Repository}-records", TimeProvider.System);
        await foreach (BlobItem issue in issues.List("issues", "", default))
        {
            lines.Add($"issue {issue.Name}");
        }
        return lines;
    }

    private static async Task<IEnumerable<string>> DeadLetters(CrashHome home)
    {
        using SqliteMessageBus bus = new(home.Home.Queue, TimeProvider.System, new SqliteBusOptions());
        List<DeadLetter> dead = [];
        foreach (string queue in (string[])[Queues.Work, Queues.Rollback, "webjobs-blobtrigger-poison"])
        {
            dead.AddRange(await bus.PeekDeadLetters(queue, 100, default));
        }
        return dead.Select(letter => $"dead letter {letter.Queue} {letter.Id}: {letter.Error}");
    }

    private static IEnumerable<string> Locks(CrashHome home) =>
        Directory.EnumerateFiles(home.Home.Repository, "*.lock", SearchOption.AllDirectories).Select(file => $"lock {file}")
            .Concat(Directory.EnumerateFiles(Path.Combine(home.Home.Repository, "refs"), "*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith("refs/heads/main", StringComparison.Ordinal)).Select(file => $"ref {file}"));
}
