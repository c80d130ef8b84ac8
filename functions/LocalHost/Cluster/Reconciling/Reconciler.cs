using System.Collections.Concurrent;
using LlmOps.LocalHost.Cluster.Manifests;

namespace LlmOps.LocalHost.Cluster.Reconciling;

/// <summary>
/// Follows Git as Flux does: looks at intervals or when asked, and applies what changed, in random order and with pauses.
/// While somebody has it suspended, as `spec.suspend` does, it applies nothing. A revision counts as reconciled when all its objects are applied; nobody waits for readiness.
/// </summary>
internal sealed partial class Reconciler(FollowedRepository repository, ClusterObjects objects, Pace pace, ILogger logger) : IDisposable
{
    private readonly Signal requested = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentDictionary<string, bool> suspended = new(StringComparer.Ordinal);
    private readonly Dictionary<ManifestFile, string> applied = [];
    private string? attempted;
    private volatile string? reconciled;

    /// <summary>The SHA of the last revision whose objects were all applied.</summary>
    public string? Reconciled => reconciled;

    public void Request() => requested.Set();

    public void Dispose() => turn.Dispose();

    /// <summary>Applies nothing more until a model is resumed; returns when what was being applied is done or given up.</summary>
    public async Task Suspend(string model, CancellationToken cancellation)
    {
        suspended[model] = true;
        await turn.WaitAsync(cancellation);
        turn.Release();
    }

    /// <summary>Follows Git again, once no model is suspended; a route that was set past Git is applied anew.</summary>
    public async Task Resume(string model, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        if (suspended.TryRemove(model, out _))
        {
            foreach (ManifestFile route in applied.Keys.Where(file => file.Model == model && file.Kind == ManifestKind.Route).ToList())
            {
                applied.Remove(route);
            }
            attempted = null;
        }
        turn.Release();
        Request();
    }

    /// <summary>Runs until cancelled. A repository that cannot be read now is looked at again.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await LookInTurn(cancellation);
                await pace.BeforeLook(requested, cancellation);
            }
            catch (IOException error)
            {
                Log.CannotRead(logger, error.Message);
                await pace.BeforeRetry(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task LookInTurn(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await Look(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task Look(CancellationToken cancellation)
    {
        if (!suspended.IsEmpty)
        {
            return;
        }
        if (await repository.Head(cancellation) is not { } head || head == attempted)
        {
            return;
        }
        if (await Apply(head, cancellation))
        {
            reconciled = head;
            Log.Reconciled(logger, head);
        }
        attempted = suspended.IsEmpty ? head : null;
    }

    private async Task<bool> Apply(string revision, CancellationToken cancellation)
    {
        Dictionary<ManifestFile, string?> changes = await Changes(revision, cancellation);
        ManifestFile[] order = [.. changes.Keys];
        pace.Shuffle(order);
        bool all = true;
        foreach (ManifestFile file in order)
        {
            await pace.BeforeObject(cancellation);
            if (!suspended.IsEmpty)
            {
                return false;
            }
            all &= await ApplyOne(file, changes[file], cancellation);
        }
        return all;
    }

    /// <summary>The files that differ from what was applied; null for those that are no longer there.</summary>
    private async Task<Dictionary<ManifestFile, string?>> Changes(string revision, CancellationToken cancellation)
    {
        Dictionary<ManifestFile, string?> changes = applied.Keys.ToDictionary(file => file, _ => (string?)null);
        IReadOnlyList<string> paths = await repository.Paths(revision, "apps", cancellation);
        foreach (ManifestFile file in paths.Select(ManifestFile.From).OfType<ManifestFile>())
        {
            string text = await repository.Read(revision, file.Path, cancellation);
            if (applied.GetValueOrDefault(file) == text)
            {
                changes.Remove(file);
            }
            else
            {
                changes[file] = text;
            }
        }
        return changes;
    }

    private async Task<bool> ApplyOne(ManifestFile file, string? text, CancellationToken cancellation)
    {
        if (text is null)
        {
            objects.Delete(file);
            applied.Remove(file);
            return true;
        }
        try
        {
            await objects.Apply(file, text, cancellation);
            applied[file] = text;
            return true;
        }
        catch (ManifestException error)
        {
            objects.Report(file, "ManifestInvalid", $"{file.Path}: {error.Message}; the last good state stays");
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Applied revision {Revision}")]
        public static partial void Reconciled(ILogger logger, string revision);

        [LoggerMessage(LogLevel.Warning, "Cannot read the repository: {Reason}")]
        public static partial void CannotRead(ILogger logger, string reason);
    }
}
