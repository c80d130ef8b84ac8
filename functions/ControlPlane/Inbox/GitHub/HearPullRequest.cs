using System.Globalization;
using LlmOps.Audit;
using LlmOps.Ports;
using LlmOps.Reviews;

namespace LlmOps.Inbox.GitHub;

/// <summary>The newest time at which a pull request is known to have changed.</summary>
public sealed record KnownPullRequest(DateTimeOffset At);

/// <summary>
/// Has a pull request checked when it changed. Events come late and in any order: their own times decide, and one that is
/// older than what is known is recorded and has no effect.
/// </summary>
public sealed class HearPullRequest(IBlobs blobs, AuditLog audit, CheckPullRequest check, ShowVerdict verdict)
{
    public async Task Changed(GitHubEvent.PullRequestChanged changed, CancellationToken cancellation)
    {
        if (await Learn(changed, cancellation) is { } known)
        {
            await audit.Append(
                new AuditFact(
                    $"github/{changed.Key}/stale", "EventStale", null, null,
                    string.Create(CultureInfo.InvariantCulture, $"an event of pull request #{changed.Number} of {changed.At:u} came after one of {known:u}: it has no effect")),
                cancellation);
            return;
        }
        if (!await check.Handle(changed.Number, cancellation))
        {
            throw new InvalidOperationException($"pull request #{changed.Number} was told of and is not there: it will be looked for again");
        }
    }

    /// <summary>Runs one of our checks again: of a pull request, or of a release.</summary>
    public async Task CheckAgain(string reference, CancellationToken cancellation)
    {
        if (CheckNames.PullRequestIn(reference) is { } number)
        {
            await check.Handle(number, cancellation);
        }
        else if (CheckNames.ReleaseIn(reference) is var (model, version, _))
        {
            await verdict.Handle(model, version, cancellation);
        }
    }

    // The newest time that is known when it is newer than the event's; null when the event is news, which is then stored.
    private async Task<DateTimeOffset?> Learn(GitHubEvent.PullRequestChanged changed, CancellationToken cancellation)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"github/pulls/{changed.Number}.json");
        while (true)
        {
            (KnownPullRequest Value, string ETag)? known = await blobs.ReadJson<KnownPullRequest>(Containers.State, name, cancellation);
            if (known?.Value.At >= changed.At)
            {
                return known.Value.Value.At > changed.At ? known.Value.Value.At : null;
            }
            PutCondition condition = known is { } read ? PutCondition.IfUnchanged(read.ETag) : PutCondition.IfAbsent;
            if ((await blobs.PutJson(Containers.State, name, new KnownPullRequest(changed.At), condition, cancellation)).Written)
            {
                return null;
            }
        }
    }
}
