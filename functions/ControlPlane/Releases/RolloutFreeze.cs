using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>
/// What freezes are decided by: the switch at the repository's root (null when it cannot be read), when the model was rolled
/// back, and until when persons have looked into that.
/// </summary>
public sealed record FreezeFacts(KillSwitch? Switch, IReadOnlyList<DateTimeOffset> Rollbacks, DateTimeOffset? LiftedAt);

/// <summary>Decides, purely, whether a model is frozen: its rollouts by a person, a window or its rollbacks; its automatic rollbacks by these only.</summary>
public static class RolloutFreeze
{
    /// <summary>Why nothing of the model is staged, given traffic or promoted now; null when it may be.</summary>
    public static string? Decide(string model, FreezeFacts facts, ModelPolicy policy, DateTimeOffset now) => facts.Switch switch
    {
        null => $"is frozen: {Slots.FreezePath} cannot be read",
        { } frozen when frozen.Stops(model) => $"is frozen by {PlainText.OneLine(frozen.By, 100)}: {PlainText.OneLine(frozen.Reason)}; {Slots.FreezePath} says so",
        _ when policy.Freeze.FirstOrDefault(window => window.Contains(now)) is { } window => $"is frozen from {window}",
        _ => AfterRollbacks(model, facts, policy.FreezeAfter),
    };

    /// <summary>
    /// Why a person must decide on the model after its rollbacks; null when nobody must. It does not end by itself: what was
    /// rolled back too often stays so until somebody has looked.
    /// </summary>
    public static string? AfterRollbacks(string model, FreezeFacts facts, FreezeAfter policy)
    {
        List<DateTimeOffset> counted = [.. facts.Rollbacks.Where(at => facts.LiftedAt is not { } lifted || at > lifted).Order()];
        bool tooMany = counted.Zip(counted.Skip(policy.Rollbacks - 1)).Any(pair => pair.Second - pair.First <= policy.Within);
        return tooMany
            ? string.Create(CultureInfo.InvariantCulture,
                $"is frozen: {policy.Rollbacks} rollback(s) of {model} within {DurationText.Of(policy.Within)}; `llmops resume {model}` lifts it when a person has looked")
            : null;
    }
}
