using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LlmOps.Ports;

namespace LlmOps.Manifests;

/// <summary>Reads a model's policy as it stands in Git now.</summary>
public sealed class ReadPolicy(IGitHost git, ControlPlaneOptions options, TimeProvider clock)
{
    // A rollout looks several times a second at a text that hardly ever changes.
    private readonly ConcurrentDictionary<string, (string Text, ModelPolicy Policy)> read = new(StringComparer.Ordinal);

    // While the host does not answer, one wait in that time is enough: rollbacks ask several times, and each waits for its users.
    private TimeSpan Rest => options.GitPatience * 3;

    private long missedAt = long.MinValue;

    /// <summary>The policy on the branch's head; throws <see cref="ManifestException"/> when it is missing or wrong.</summary>
    public async Task<ModelPolicy> Current(string model, CancellationToken cancellation) =>
        (await At(model, await git.Head(options.Branch, cancellation), cancellation)).Policy;

    /// <summary>
    /// The policy for rollbacks: where the file is broken, or the Git host does not answer in time, the one that was read
    /// last, or else the default. Neither stops them.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps the policy from being read stops releases, never rollbacks.")]
    public async Task<ModelPolicy> CurrentOrDefault(string model, CancellationToken cancellation)
    {
        if (Volatile.Read(ref missedAt) is > long.MinValue and var missed && clock.GetElapsedTime(missed) < Rest)
        {
            return Last(model);
        }
        using CancellationTokenSource patience = new(options.GitPatience, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await Current(model, either.Token);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            if (patience.IsCancellationRequested)
            {
                Volatile.Write(ref missedAt, clock.GetTimestamp());
            }
            return Last(model);
        }
    }

    private ModelPolicy Last(string model) =>
        read.TryGetValue(Slots.PolicyPath(model), out (string Text, ModelPolicy Policy) last) ? last.Policy : new ModelPolicy();

    /// <summary>The policy at a revision, and a reader of the files beside it.</summary>
    public async Task<(ModelPolicy Policy, GitFiles Files)> At(string model, string revision, CancellationToken cancellation)
    {
        GitFiles files = new(git, revision, cancellation);
        string path = Slots.PolicyPath(model);
        string? text = await files.TryRead(path);
        if (text is null || !read.TryGetValue(path, out (string Text, ModelPolicy Policy) last) || last.Text != text)
        {
            read[path] = last = (text ?? "", ModelPolicy.Read(path, text));
        }
        return (last.Policy, files);
    }
}
