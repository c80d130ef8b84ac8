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

/// <summary>What an order to roll back is meant for, or the answer to it.</summary>
public sealed record RollbackTarget(Release? Release, Receipt Answer);

/// <summary>Takes a person's order: stores it in the rollback queue, or, as a dry run, shows the commit that it would make.</summary>
public sealed class RequestRollback(ReleaseStore store, RevertInGit revert, IMessageBus bus, TimeProvider clock)
{
    public async Task<Receipt> Handle(RollbackRequest request, CancellationToken cancellation)
    {
        RollbackTarget target = await Find(request, cancellation);
        if (target.Release is not { } release)
        {
            return target.Answer;
        }
        await Send(request, release.Version, release.Attempt, clock.GetUtcNow(), cancellation);
        return new Receipt(202, release.Id);
    }

    /// <summary>Finds the release that is to be rolled back; without one the answer says why not, or what a dry run would commit.</summary>
    public async Task<RollbackTarget> Find(RollbackRequest request, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Model) || string.IsNullOrWhiteSpace(request.Reason) || string.IsNullOrWhiteSpace(request.RequestedBy))
        {
            return Answer(400, "give model, reason and requestedBy");
        }
        IReadOnlyList<Release> releases = Names.IsModel(request.Model) ? await store.List(request.Model, cancellation) : [];
        if (releases.Count == 0)
        {
            return Answer(404, $"no release of model '{request.Model}' is known");
        }
        if (releases.LastOrDefault(Blame.HasTraffic) is not { } release)
        {
            return Answer(409, $"no release of {request.Model} can be rolled back: none is on its way to the traffic or in its guard window");
        }
        if (request.Version is { } version && version != release.Version)
        {
            return Answer(409, $"{request.Model}@{version} has no traffic that could be taken back; {release.Id} ({release.Phase}) has");
        }
        if (release.Champion is null)
        {
            return Answer(409, $"{release.Id} is the first release: there is no version to go back to");
        }
        RevertCause cause = new(request.Reason, request.RequestedBy);
        return (request.DryRun || !release.BreakGlass) && await Look(release, cause, request.DryRun, cancellation) is { } answer
            ? new RollbackTarget(null, answer)
            : new RollbackTarget(release, new Receipt(202, release.Id));
    }

    /// <summary>Stores the order in the rollback queue; with the request's key it is the same order each time.</summary>
    public Task Send(RollbackRequest request, string version, int attempt, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        string name = request.Key is { } key
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16]
            : receivedAt.UtcTicks.ToString(CultureInfo.InvariantCulture);
        string id = string.Create(CultureInfo.InvariantCulture, $"{request.Model}@{version}{(attempt == 1 ? "" : $"/attempt-{attempt}")}/manual/{name}");
        return bus.Send(
            new RollbackOrder(RollbackOrder.Manual, id, receivedAt, request.RequestedBy, request.Model, version, request.Reason, Attempt: attempt).ToMessage(),
            cancellation);
    }

    private static RollbackTarget Answer(int status, string text) => new(null, new Receipt(status, text));

    // Where a rollback may go past Git, nobody waits for Git to say what it would commit.
    private async Task<Receipt?> Look(Release release, RevertCause cause, bool dryRun, CancellationToken cancellation)
    {
        (CommitMessage message, Edit edit) = await revert.Preview(release, cause, cancellation);
        return edit.Refusal is { } refusal ? new Receipt(409, refusal)
            : dryRun ? new Receipt(200, $"{message}\n{string.Join("\n\n", edit.Files.Select(file => $"--- {file.Key}\n{file.Value}"))}")
            : null;
    }
}
