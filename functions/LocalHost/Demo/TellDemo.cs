using System.Globalization;
using LlmOps.Audit;
using LlmOps.Gates;
using LlmOps.LocalHost.Stack;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Demo;

/// <summary>Makes the report of a demonstration from the audit log, the records and the load; nothing of it is scripted.</summary>
internal sealed class TellDemo(LocalStack stack)
{
    /// <summary>Successes in a row from the restored version that count as restored.</summary>
    private const int InARow = 20;

    private readonly IServiceProvider services = stack.Services;

    public async Task<DemoReport> Tell(
        DemoFault? fault, IReadOnlyList<LoadRequest> load, int processesNow, TimeSpan duration, string? failure, CancellationToken cancellation)
    {
        IReadOnlyList<AuditEntry> log = await services.GetRequiredService<ReadAudit>().Handle(0, cancellation);
        IReadOnlyList<Release> releases = await services.GetRequiredService<ListReleases>().Handle(DemoVersions.Model, cancellation);
        ReportedRollback? rollback = fault is null ? null : Rollback(fault, log, load, processesNow);
        DateTimeOffset restored = rollback?.FirstGoodResponseAt ?? DateTimeOffset.MaxValue;
        int outside = load.Count(request => !request.Succeeded && (fault is null || request.AnsweredAt < fault.At || request.SentAt > restored));
        IReadOnlyList<GitCommit> commits = await services.GetRequiredService<IGitHost>().History("main", 100, cancellation);
        List<ReportedRelease> reported = [];
        foreach (Release release in releases)
        {
            reported.Add(await Describe(release, log, cancellation));
        }
        return new DemoReport(
            reported, rollback, new ReportedTraffic(load.Count, load.Count(request => !request.Succeeded), outside),
            new ReportedGit([.. commits.Select(commit => $"{commit.Sha[..10]} {commit.Subject}")]),
            stack.HasPrometheus ? "real" : "absent", Math.Round(duration.TotalSeconds, 1), failure);
    }

    /// <summary>When the first of twenty successes in a row of the restored version was answered, after the commit; null while there is none.</summary>
    public static DateTimeOffset? FirstGood(IReadOnlyList<LoadRequest> load, DateTimeOffset since, string version)
    {
        List<LoadRequest> after = [.. load.Where(request => request.AnsweredAt >= since)];
        int run = 0;
        for (int i = 0; i < after.Count; i++)
        {
            run = after[i].Succeeded && after[i].Version == version ? run + 1 : 0;
            if (run == InARow)
            {
                return after[i - InARow + 1].AnsweredAt;
            }
        }
        return null;
    }

    private async Task<ReportedRelease> Describe(Release release, IReadOnlyList<AuditEntry> log, CancellationToken cancellation)
    {
        GateReport? report = await services.GetRequiredService<EvidenceStore>().ReadReport(release, cancellation);
        return new ReportedRelease(
            release.Model, release.Version, release.Phase, report?.Gates ?? [], release.Rollout?.Done ?? [],
            [.. log.Where(entry => entry.Model == release.Model && entry.Version == release.Version)
                .Select(entry => new ReportedEntry(entry.Sequence, entry.At, entry.Kind, entry.Text))]);
    }

    private static ReportedRollback? Rollback(DemoFault fault, IReadOnlyList<AuditEntry> log, IReadOnlyList<LoadRequest> load, int processesNow)
    {
        AuditEntry? done = log.FirstOrDefault(entry => entry.Kind == "RolledBack");
        AuditEntry? reconciled = log.FirstOrDefault(entry => entry.Kind == "RollbackReconciled");
        AuditEntry? alert = log.FirstOrDefault(entry => entry.Kind == "AlertReceived" && entry.At > fault.At);
        if (done is null || reconciled is null || alert is null || FirstGood(load, Time(done, "committedAt"), "1.1.0") is not { } good)
        {
            return null;
        }
        DateTimeOffset received = Time(done, "receivedAt");
        DateTimeOffset committed = Time(done, "committedAt");
        return new ReportedRollback(
            fault.At, Time(alert, "startsAt"), received, done.Evidence["commit"], committed, reconciled.At, good, processesNow - fault.ProcessesStarted,
            Seconds(fault.At, received), Seconds(received, committed), Seconds(received, good));
    }

    private static DateTimeOffset Time(AuditEntry entry, string key) =>
        DateTimeOffset.Parse(entry.Evidence[key], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static double Seconds(DateTimeOffset from, DateTimeOffset to) => Math.Round((to - from).TotalSeconds, 3);
}
