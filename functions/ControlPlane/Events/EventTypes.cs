namespace LlmOps.Events;

/// <summary>The events that are told: MLflow's of the registry, and ours of releases, each from a kind of audit entry.</summary>
public static class EventTypes
{
    public const string ModelCreated = "registered_model.created";
    public const string VersionCreated = "model_version.created";
    public const string TagSet = "model_version_tag.set";
    public const string TagDeleted = "model_version_tag.deleted";
    public const string AliasCreated = "model_version_alias.created";
    public const string AliasDeleted = "model_version_alias.deleted";

    /// <summary>The events of releases, by the kind of the audit entry that they are told of.</summary>
    public static IReadOnlyDictionary<string, string> OfAudit { get; } = new Dictionary<string, string>
    {
        ["Uploaded"] = "release.uploaded",
        ["Rejected"] = "release.rejected",
        ["Staged"] = "release.staged",
        ["GatesPassed"] = "release.accepted",
        ["GatesRefused"] = "release.refused",
        ["GatesInconclusive"] = "release.held",
        ["ApprovalAsked"] = "release.approval_asked",
        ["Approved"] = "release.approved",
        ["ShadowStarted"] = "release.shadow_started",
        ["ShadowPassed"] = "release.shadow_passed",
        ["ShadowFailed"] = "release.shadow_failed",
        ["StepStarted"] = "release.step_started",
        ["StepPassed"] = "release.step_passed",
        ["Promoted"] = "release.promoted",
        ["GuardClosed"] = "release.completed",
        ["RolledBack"] = "release.rolled_back",
        ["RollbackRefused"] = "release.rollback_refused",
        ["AlertEscalated"] = "release.escalated",
        ["Stalled"] = "release.stalled",
        ["Superseded"] = "release.superseded",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [ModelCreated, VersionCreated, TagSet, TagDeleted, AliasCreated, AliasDeleted, .. OfAudit.Values];

    /// <summary>Whether a subscription asks for an event; one without patterns asks for all.</summary>
    public static bool IsAsked(IReadOnlyList<string> patterns, string type) => patterns.Count == 0 || patterns.Any(pattern => Names(pattern, type));

    /// <summary>Whether a subscription's pattern names an event.</summary>
    public static bool Names(string pattern, string type) =>
        pattern.EndsWith('*') ? type.StartsWith(pattern[..^1], StringComparison.Ordinal) : type == pattern;
}
