namespace LlmOps.Events;

/// <summary>
/// How far an endpoint was told of a model: the audit entry's number, and how many versions, alias moves and notes of the
/// registry's history. What lies past it is to be told; so nothing is lost, and nothing told is told under another id.
/// </summary>
public sealed record EventCursor
{
    public long Audit { get; init; }

    public int Versions { get; init; }

    public int Moves { get; init; }

    public int Notes { get; init; }

    /// <summary>Whether the model's own beginning was told.</summary>
    public bool Begun { get; init; }

    /// <summary>Failed tries of the event that comes next.</summary>
    public int Failures { get; init; }

    /// <summary>Counts the waits: a scheduled try that names an older tick is stale and does nothing.</summary>
    public int Tick { get; init; }

    /// <summary>When the next try is due; null: now.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? Trouble { get; init; }

    /// <summary>Dead letters that somebody has asked to be sent again, before all else.</summary>
    public IReadOnlyList<OutgoingEvent> Again { get; init; } = [];

    /// <summary>The cursor when the next event is done with.</summary>
    public EventCursor Freed() => this with { Failures = 0, NextTryAt = null, Trouble = null };
}
