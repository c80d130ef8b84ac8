using LlmOps.Audit;

namespace LlmOps.Registry;

/// <summary>
/// Where a version comes from and what became of it, read from release.json and from the audit log: nobody can edit the one
/// without a new digest, nor the other without breaking its chain.
/// </summary>
public sealed record Lineage
{
    /// <summary>release.json's `source`: commit, dataset, run.</summary>
    public IReadOnlyDictionary<string, string> Source { get; init; } = new Dictionary<string, string>();

    /// <summary>The digests (SHA-256, hex) of the datasets that its gates asked, by name.</summary>
    public IReadOnlyDictionary<string, string> Datasets { get; init; } = new Dictionary<string, string>();

    /// <summary>What its gates said: pass, fail or inconclusive.</summary>
    public string? Verdict { get; init; }

    /// <summary>The digest (SHA-256, hex) of its gate report.</summary>
    public string? GateReport { get; init; }

    /// <summary>The revision in Git of the gates.yaml that it was judged by.</summary>
    public string? GatesAt { get; init; }

    /// <summary>The commit that staged it.</summary>
    public string? StagedIn { get; init; }

    /// <summary>The commit that gave it all the traffic.</summary>
    public string? PromotedIn { get; init; }

    /// <summary>The commit that rolled it back.</summary>
    public string? RolledBackIn { get; init; }

    /// <summary>Who approved it, where its release asked for that.</summary>
    public IReadOnlyList<string> ApprovedBy { get; init; } = [];

    /// <summary>Reads a version's lineage; of several attempts to release it, the last counts.</summary>
    public static Lineage Of(RegisteredVersion version, IEnumerable<AuditEntry> itsEntries)
    {
        Lineage lineage = new() { Source = version.Source };
        string? committed = null;
        foreach (AuditEntry entry in itsEntries)
        {
            committed = entry.Kind == "StepCommitted" ? entry.Evidence.GetValueOrDefault("commit") : committed;
            lineage = lineage.After(entry, committed);
        }
        return lineage;
    }

    private Lineage After(AuditEntry entry, string? committed) => entry.Kind switch
    {
        "Staged" => new Lineage { Source = Source, StagedIn = entry.Evidence.GetValueOrDefault("commit") },
        "GatesPassed" or "ApprovalAsked" => Judged(entry, "pass"),
        "GatesRefused" => Judged(entry, "fail"),
        "GatesInconclusive" => Judged(entry, "inconclusive"),
        "Approved" when entry.Evidence.GetValueOrDefault("by") is { } by => this with { ApprovedBy = [.. ApprovedBy.Append(by).Distinct()] },
        "Promoted" => this with { PromotedIn = committed },
        "RolledBack" => this with { RolledBackIn = entry.Evidence.GetValueOrDefault("commit") },
        _ => this,
    };

    private Lineage Judged(AuditEntry entry, string verdict) => this with
    {
        Verdict = verdict,
        GateReport = entry.Evidence.GetValueOrDefault("report"),
        GatesAt = entry.Evidence.GetValueOrDefault("policyRevision"),
        Datasets = entry.Evidence.Where(pair => pair.Key.StartsWith("dataset.", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key["dataset.".Length..], pair => pair.Value),
    };
}
