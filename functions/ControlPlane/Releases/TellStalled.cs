using System.Globalization;
using LlmOps.Audit;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Tells people of a release that cannot go on by itself: an issue, once a stall. Nothing is copied to it any more.</summary>
public sealed class TellStalled(IGitHost git, EndMirror mirror) : IPhaseStep
{
    public bool Applies(Release release) => release is { Phase: Phase.Stalled, StallTold: false };

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        if (release.Rollout?.Shadow is not null)
        {
            await mirror.Make(release, $"its shadow stalled: {release.Reason}", cancellation);
        }
        string stall = string.Create(CultureInfo.InvariantCulture, $"{release.Key}/stalled/{release.Orders.Count}");
        string next = release.TrafficSince is null
            ? $"`llmops retry {release.Id}` starts it again."
            : $"It has traffic: `llmops resume {release.Id}` gives its step the time again, `llmops promote {release.Id}` skips the rest, `llmops rollback {release.Model}` goes back.";
        await git.OpenIssue(new GitIssue(stall, $"{release.Id} stalled", $"{PlainText.OneLine(release.Reason ?? "")}\n\n{next}\n"), cancellation);
        return new PhaseOutcome.Moved(
            release with { StallTold = true, Closed = true },
            new AuditFact($"{stall}/told", "PeopleTold", release.Model, release.Version, "an issue tells people that it stalled",
                new Dictionary<string, string> { ["issue"] = stall, ["digest"] = release.Digest }));
    }
}
