using System.Diagnostics.CodeAnalysis;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>The revert in Git; or, where the policy allows it and the Git host does not answer in time, past it.</summary>
public sealed class RevertInTime(RevertInGit revert, BreakGlass glass, ControlPlaneOptions options, TimeProvider clock)
{
    /// <summary>Reverts once a release. Past Git the outcome has neither a commit nor a refusal: the commit is owed.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever the Git host's failure is, the users come first.")]
    public async Task<ChangeOutcome> Make(Release release, RevertCause cause, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        if (!release.BreakGlass)
        {
            return await revert.Make(release, cause, cancellation);
        }
        using CancellationTokenSource patience = new(options.GitPatience, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await revert.Make(release, cause, either.Token);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            DateTimeOffset now = clock.GetUtcNow();
            await glass.Handle(release, new OwedRevert(cause.Reason, cause.By, cause.Alert, receivedAt, now, error.Message), options.GitPatience, cancellation);
            return new ChangeOutcome(null, now, Refusal: null, Found: false);
        }
    }
}
