namespace LlmOps.Releases;

/// <summary>Where a release stands on its way. Each name has one meaning.</summary>
public enum Phase
{
    /// <summary>Means: its release.json has arrived; nothing has been checked.</summary>
    Uploaded,

    /// <summary>Means: every file is there and is what release.json says; the version is registered.</summary>
    Verified,

    /// <summary>Means: its slot is committed; the cluster is not known to run it yet.</summary>
    Staging,

    /// <summary>Means: it runs in its slot without traffic and is being measured against the gates.</summary>
    Evaluating,

    /// <summary>Means: it runs without traffic until a person decides: its gates could not tell, or the policy or its weights ask for it.</summary>
    AwaitingApproval,

    /// <summary>Means: it gets its traffic step by step.</summary>
    Progressing,

    /// <summary>Means: it has all the traffic; the aliases are being moved.</summary>
    Promoted,

    /// <summary>Means: it is the champion, and an alert still rolls it back.</summary>
    Guarded,

    /// <summary>Means: its guard window has ended and the other slot is empty.</summary>
    Done,

    /// <summary>Means: what was uploaded is not fit to be released.</summary>
    Rejected,

    /// <summary>Means: it failed a gate or its shadow, or a person rejected it; no user ever met it.</summary>
    Refused,

    /// <summary>Means: its traffic was moved back in Git and its digest is in quarantine; what of that is owed to Git stands in its reason.</summary>
    RolledBack,

    /// <summary>Means: a newer version took its place before it had traffic.</summary>
    Superseded,

    /// <summary>Means: it cannot go on by itself; a person is needed.</summary>
    Stalled,
}

/// <summary>What phases have in common.</summary>
public static class Phases
{
    /// <summary>Whether a release in this phase is on its way, so that the next one of its model waits.</summary>
    public static bool IsUnderway(this Phase phase) => phase is >= Phase.Staging and <= Phase.Guarded;

    /// <summary>Whether a release in this phase has come to its end.</summary>
    public static bool IsEnd(this Phase phase) => phase >= Phase.Done;
}
