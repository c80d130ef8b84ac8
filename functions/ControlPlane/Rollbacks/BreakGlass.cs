using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>
/// Takes the traffic back straight in the cluster while the Git host does not answer. The debt is written down before the
/// cluster is touched, so that whoever comes after a kill knows that the reconciler may be suspended.
/// </summary>
public sealed class BreakGlass(ReleaseStore store, IClusterRoute route, IGitHost git, RollbackLog audit, RecordRollback record)
{
    /// <summary>The issue that tells people of a broken glass; it is opened as soon as the Git host takes it.</summary>
    public static GitIssue Issue(Release release, OwedRevert owed) => new(
        $"{release.Key}/glass", $"{release.Id} was rolled back past Git",
        $"The Git host did not answer: {PlainText.OneLine(owed.Problem)}\n\nThe traffic was moved back straight in the cluster at {owed.At:u}, and the reconciler "
        + $"was suspended. Both end with one commit of the same weights.\n\nReason: {PlainText.OneLine(owed.Reason)}\n");

    /// <summary>Moves the traffic; the host has <paramref name="patience"/> to take the issue that tells of it.</summary>
    public async Task Handle(Release release, OwedRevert owed, TimeSpan patience, CancellationToken cancellation)
    {
        await WriteDown(release, owed, cancellation);
        await route.SendAllTo(release.Model, Slots.Other(release.Slot!), cancellation);
        await audit.Append(
            new AuditFact($"{release.Key}/GlassBroken", "GlassBroken", release.Model, release.Version,
                $"the traffic was moved back to {release.Champion} past Git, which did not answer, and is owed to it: {owed.Reason}",
                new Dictionary<string, string>
                {
                    ["digest"] = release.Digest, ["by"] = owed.By, ["problem"] = PlainText.OneLine(owed.Problem),
                    ["receivedAt"] = owed.ReceivedAt.ToString("O", CultureInfo.InvariantCulture),
                }),
            cancellation);
        await record.Handle(release, sha: null, new RevertCause(owed.Reason, owed.By, owed.Alert), cancellation);
        await TryTell(release, owed, patience, cancellation);
    }

    private async Task WriteDown(Release release, OwedRevert owed, CancellationToken cancellation)
    {
        while (await store.Read(release.Model, release.Version, cancellation) is var (current, etag)
            && current.Owed is null && !await store.Save(current with { Owed = owed }, etag, cancellation))
        {
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The host that does not take the commit may not take the issue either; it is told when the debt is paid.")]
    private async Task TryTell(Release release, OwedRevert owed, TimeSpan patience, CancellationToken cancellation)
    {
        using CancellationTokenSource impatient = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        impatient.CancelAfter(patience);
        try
        {
            await git.OpenIssue(Issue(release, owed), impatient.Token);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
        }
    }
}
