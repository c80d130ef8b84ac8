using LlmOps.Gates;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Demo;

/// <summary>What a demonstration showed; written to demo-report.json.</summary>
internal sealed record DemoReport(
    IReadOnlyList<ReportedRelease> Releases,
    ReportedRollback? Rollback,
    ReportedTraffic Traffic,
    ReportedGit Git,
    string Prometheus,
    double DurationSeconds,
    string? Failure);

/// <summary>A release as it ended, with its gates, its steps and its part of the audit log.</summary>
internal sealed record ReportedRelease(
    string Model,
    string Version,
    Phase Phase,
    IReadOnlyList<GateVerdict> Gates,
    IReadOnlyList<StepRecord> Steps,
    IReadOnlyList<ReportedEntry> Timeline);

/// <summary>An entry of the audit log.</summary>
internal sealed record ReportedEntry(long Sequence, DateTimeOffset At, string Kind, string Text);

/// <summary>
/// The rollback by an alert. Seconds count from <paramref name="AlertReceivedAt"/>, detection from
/// <paramref name="FaultAt"/>; <paramref name="FirstGoodResponseAt"/> is the first of 20 successes in a row from the
/// restored version; <paramref name="ProcessesStarted"/> counts inference servers started between fault and good response.
/// </summary>
internal sealed record ReportedRollback(
    DateTimeOffset FaultAt,
    DateTimeOffset AlertStartsAt,
    DateTimeOffset AlertReceivedAt,
    string CommitSha,
    DateTimeOffset CommitAt,
    DateTimeOffset ReconciledAt,
    DateTimeOffset FirstGoodResponseAt,
    int ProcessesStarted,
    double SecondsToDetect,
    double SecondsToCommit,
    double SecondsToRestore);

/// <summary>The load: requests, failed ones, and failed ones outside the time from the fault to the first good response.</summary>
internal sealed record ReportedTraffic(int Requests, int Failed, int FailedOutsideFault);

/// <summary>The GitOps repository's log, newest first.</summary>
internal sealed record ReportedGit(IReadOnlyList<string> Log);
