using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>
/// A person's order to roll a model back. With <paramref name="Version"/> it is meant for that release only;
/// <paramref name="Key"/> names the order, so that it may be sent again.
/// </summary>
public sealed record RollbackRequest(string Model, string Reason, string RequestedBy, bool DryRun = false, string? Version = null, string? Key = null);

/// <summary>Takes a person's order: stores it in the rollback queue, or, as a dry run, shows the commit that it would make.</summary>
public sealed class RequestRollback(ReleaseStore store, RevertInGit revert, IMessageBus bus, TimeProvider clock)
{
    public async Task<Receipt> Handle(RollbackRequest request, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Model) || string.IsNullOrWhiteSpace(request.Reason) || string.IsNullOrWhiteSpace(request.RequestedBy))
        {
            return new Receipt(400, "give model, reason and requestedBy");
        }
        IReadOnlyList<Release> releases = Names.IsModel(request.Model) ? await store.List(request.Model, cancellation) : [];
        if (releases.Count == 0)
        {
            return new Receipt(404, $"no release of model '{request.Model}' is known");
        }
        if (releases.LastOrDefault(Blame.HasTraffic) is not { } release)
        {
            return new Receipt(409, $"no release of {request.Model} can be rolled back: none is on its way to the traffic or in its guard window");
        }
        if (request.Version is { } version && version != release.Version)
        {
            return new Receipt(409, $"{request.Model}@{version} has no traffic that could be taken back; {release.Id} ({release.Phase}) has");
        }
        if (release.Champion is null)
        {
            return new Receipt(409, $"{release.Id} is the first release: there is no version to go back to");
        }
        RevertCause cause = new(request.Reason, request.RequestedBy);
        if ((request.DryRun || !release.BreakGlass) && await Look(release, cause, request.DryRun, cancellation) is { } answer)
        {
            return answer;
        }
        DateTimeOffset now = clock.GetUtcNow();
        string id = request.Key is { } key
            ? $"{release.Key}/manual/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16]}"
            : string.Create(CultureInfo.InvariantCulture, $"{release.Key}/manual/{now.UtcTicks}");
        await bus.Send(
            new RollbackOrder(RollbackOrder.Manual, id, now, request.RequestedBy, release.Model, release.Version, request.Reason, Attempt: release.Attempt).ToMessage(),
            cancellation);
        return new Receipt(202, release.Id);
    }

    // Where a rollback may go past Git, nobody waits for Git to say what it would commit.
    private async Task<Receipt?> Look(Release release, RevertCause cause, bool dryRun, CancellationToken cancellation)
    {
        (CommitMessage message, Edit edit) = await revert.Preview(release, cause, cancellation);
        return edit.Refusal is { } refusal ? new Receipt(409, refusal)
            : dryRun ? new Receipt(200, $"{message}\n{string.Join("\n\n", edit.Files.Select(file => $"--- {file.Key}\n{file.Value}"))}")
            : null;
    }
}
