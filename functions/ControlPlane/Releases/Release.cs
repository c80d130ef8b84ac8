using System.Globalization;
using System.Text.Json.Serialization;
using LlmOps.Audit;

namespace LlmOps.Releases;

/// <summary>The attempt to bring one version of a model to production: where it stands, and what the next look needs.</summary>
public sealed record Release
{
    public required string Model { get; init; }

    public required string Version { get; init; }

    /// <summary>The version's digest (SHA-256, hex), or empty when its release.json could not be read.</summary>
    public required string Digest { get; init; }

    public required Phase Phase { get; init; }

    /// <summary>Which attempt this is, from 1: a retry begins the next, with nothing of the one before.</summary>
    public int Attempt { get; init; } = 1;

    public required DateTimeOffset UploadedAt { get; init; }

    public required DateTimeOffset PhaseSince { get; init; }

    /// <summary>Why it waits or how it ended, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it was rolled back, whatever it waits for since.</summary>
    public string? RolledBackFor { get; init; }

    /// <summary>Counts the waits: a scheduled look that names an older tick is stale and does nothing.</summary>
    public int Tick { get; init; }

    public DateTimeOffset? NextLookAt { get; init; }

    /// <summary>The slot it was staged to.</summary>
    public string? Slot { get; init; }

    /// <summary>Where it brings other settings for the version that serves, rather than another version.</summary>
    public SettingsChange? Settings { get; init; }

    /// <summary>The digest of the settings that its slot was staged with.</summary>
    public string? StagedSettings { get; init; }

    /// <summary>The version that serves in the other slot; null for a model's first release.</summary>
    public string? Champion { get; init; }

    /// <summary>The commit whose reconciliation it waits for.</summary>
    public string? Commit { get; init; }

    public RolloutState? Rollout { get; init; }

    /// <summary>When the first commit that gave it traffic was made.</summary>
    public DateTimeOffset? TrafficSince { get; init; }

    public DateTimeOffset? PromotedAt { get; init; }

    /// <summary>Until when an alert rolls it back.</summary>
    public DateTimeOffset? GuardUntil { get; init; }

    /// <summary>When the cluster was seen to run its rollback.</summary>
    public DateTimeOffset? RevertReconciledAt { get; init; }

    /// <summary>GPUs that each of its replicas needs.</summary>
    public int Gpu { get; init; }

    /// <summary>When GPU nodes were first asked for.</summary>
    public DateTimeOffset? CapacityAskedAt { get; init; }

    /// <summary>When its GPU nodes were seen to be ready.</summary>
    public DateTimeOffset? CapacityReadyAt { get; init; }

    /// <summary>What its tokens cost, by its evaluation, where a price is set.</summary>
    public TokenCost? Cost { get; init; }

    /// <summary>Whether its policy allowed a rollback past Git when it got its traffic; when Git does not answer, nobody can ask.</summary>
    public bool BreakGlass { get; init; }

    /// <summary>The rollback that was made past Git and is owed to it.</summary>
    public OwedRevert? Owed { get; init; }

    /// <summary>Whether nothing is left to do after the end.</summary>
    public bool Closed { get; init; }

    /// <summary>Why a person must approve it whatever its gates say; null for most.</summary>
    public string? Suspicion { get; init; }

    /// <summary>Who approved this attempt, each person once a stage.</summary>
    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>Who keeps it at its step, until somebody resumes it.</summary>
    public PersonsWord? Held { get; init; }

    /// <summary>Who had the remaining steps and waits skipped.</summary>
    public PersonsWord? Hastened { get; init; }

    /// <summary>What last happened to it and may not stand in the audit log yet.</summary>
    public AuditFact? Untold { get; init; }

    /// <summary>Whether people were told that it stalled.</summary>
    public bool StallTold { get; init; }

    /// <summary>The orders of persons that were carried out, of all attempts: each is carried out once.</summary>
    public IReadOnlyList<OrderDone> Orders { get; init; } = [];

    /// <summary>Whether it may not be staged before GPU nodes are there.</summary>
    [JsonIgnore] public bool NeedsCapacity => Gpu > 0 && CapacityReadyAt is null;

    /// <summary>Whether copies of users' requests go to it, and none of the requests: nobody meets its answers.</summary>
    [JsonIgnore] public bool InShadow => Phase == Phase.Progressing && Rollout?.Shadow is { Until: null };

    /// <summary>The version that its slot runs.</summary>
    [JsonIgnore] public string Runs => Settings?.Of ?? Version;

    /// <summary>The digest that a rollback puts into quarantine: of the version, or of the settings where they are what is new.</summary>
    [JsonIgnore] public string Blamed => Settings?.Digest ?? Digest;

    /// <summary>`model@version`, the release's name for people: audit entries and trailers.</summary>
    [JsonIgnore] public string Id => $"{Model}@{Version}";

    /// <summary>Names this attempt where something is done once: every idempotency key begins with it.</summary>
    [JsonIgnore] public string Key => Attempt == 1 ? Id : string.Create(CultureInfo.InvariantCulture, $"{Id}/attempt-{Attempt}");
}

/// <summary>A rollback past Git: why, by whom, by which alert, when its cause arrived and when it was made, and what was wrong with the Git host.</summary>
public sealed record OwedRevert(string Reason, string By, string? Alert, DateTimeOffset ReceivedAt, DateTimeOffset At, string Problem);

/// <summary>Other settings for a version that serves already: the version, the settings' digest, and the revision that proposes them.</summary>
public sealed record SettingsChange(string Of, string Digest, string Revision);

/// <summary>
/// Where a rollout stands: the step and its share in percent, when its weights took effect, the steps that passed, and what
/// was counted since the first took effect, also of the metrics that the policy names.
/// </summary>
public sealed record RolloutState(int Step, DateTimeOffset? StepSince, IReadOnlyList<StepRecord> Done, RolloutCounts? Counts = null, int Percent = 0,
    IReadOnlyDictionary<string, MetricWindow>? Metrics = null, ShadowState? Shadow = null)
{
    public static RolloutState Start { get; } = new(0, null, []);
}

/// <summary>
/// The shadow before the first step: how many of a hundred requests are copied, since when Git says so, when it passed, and how
/// many copies the candidate's servers answered and failed up to then.
/// </summary>
public sealed record ShadowState(int Percent, DateTimeOffset Since, DateTimeOffset? Until = null, long Requests = 0, long Failed = 0);

/// <summary>A step that passed: its share in percent, when it began and ended, and what the candidate was asked and failed.</summary>
public sealed record StepRecord(int Percent, DateTimeOffset Since, DateTimeOffset Until, long Requests, long Failed);
