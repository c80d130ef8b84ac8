using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;

namespace LlmOps.Releases;

/// <summary>Whether a model is frozen now.</summary>
public sealed class ReadFreeze(IGitHost git, ModelRegistry registry, ReadPolicy policies, ControlPlaneOptions options, TimeProvider clock)
{
    /// <summary>Why nothing of the model may be rolled out now, or null; throws <see cref="ManifestException"/> when its policy cannot be read.</summary>
    public async Task<string?> OfRollouts(string model, CancellationToken cancellation) =>
        await OfRollouts(model, await policies.Current(model, cancellation), cancellation);

    /// <summary>Why nothing of the model may be rolled out now under a policy, or null.</summary>
    public async Task<string?> OfRollouts(string model, ModelPolicy policy, CancellationToken cancellation) =>
        RolloutFreeze.Decide(model, await Rollbacks(model, null, cancellation) with { Switch = await Switch(cancellation) }, policy, clock.GetUtcNow());

    /// <summary>
    /// Why the model is not rolled back by itself now, or null. A person's order always is carried out, and so is a rollback
    /// that has begun: <paramref name="release"/> is not counted.
    /// </summary>
    public async Task<string?> OfRollbacks(string model, Release? release, CancellationToken cancellation) =>
        await OfRollbacks(model, release, await policies.CurrentOrDefault(model, cancellation), cancellation);

    /// <summary>The same under a policy.</summary>
    public async Task<string?> OfRollbacks(string model, Release? release, ModelPolicy policy, CancellationToken cancellation)
    {
        try
        {
            return RolloutFreeze.AfterRollbacks(model, await Rollbacks(model, release, cancellation), policy.FreezeAfter);
        }
        catch (InvalidDataException)
        {
            // A damaged registry stops rollouts, never a rollback.
            return null;
        }
    }

    // The registry's history tells of each rollback, with its time, in the write that moves the aliases back.
    private async Task<FreezeFacts> Rollbacks(string model, Release? except, CancellationToken cancellation)
    {
        RegisteredModel registered = await registry.Read(model, cancellation);
        IEnumerable<AliasMove> rollbacks = registered.History
            .Where(move => move.Key.EndsWith(Aliases.RolledBackKey, StringComparison.Ordinal) && move.Key != $"{except?.Key}{Aliases.RolledBackKey}")
            .DistinctBy(move => move.Key);
        return new FreezeFacts(null, [.. rollbacks.Select(move => move.At)], registered.FreezeLiftedAt);
    }

    private async Task<KillSwitch?> Switch(CancellationToken cancellation)
    {
        try
        {
            return KillSwitch.Read(await git.Read(Slots.FreezePath, options.Branch, cancellation));
        }
        catch (ManifestException)
        {
            return null;
        }
    }
}
