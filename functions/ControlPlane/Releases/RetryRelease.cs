using System.Globalization;

namespace LlmOps.Releases;

/// <summary>
/// `retry`: a release that came to an end without traffic starts again from its upload, as a new attempt of its own keys.
/// A rolled back one only after a person took its digest out of quarantine.
/// </summary>
public sealed class RetryRelease : IReleaseVerb
{
    public string Name => "retry";

    public string? Obstacle(Release release, OrderFacts facts) => release switch
    {
        { Phase: Phase.Stalled, StallTold: false, TrafficSince: null, Rollout.Shadow: not null } => "requests are copied to it still: wait a little",
        { Settings: not null, Phase: Phase.Stalled, TrafficSince: null } => null,
        { Settings: not null } => "its settings came from Git, where they do not stand any more: propose them there again",
        { Phase: Phase.Stalled, TrafficSince: not null } => "it has traffic: resume it, promote it or roll it back",
        { Phase: Phase.Stalled } => null,
        { Phase: Phase.Rejected or Phase.Refused or Phase.Superseded or Phase.RolledBack, Closed: false } => "its slot is not empty yet: wait a little",
        { Phase: Phase.Rejected or Phase.Refused or Phase.Superseded } => null,
        { Phase: Phase.RolledBack } => facts.Quarantined switch
        {
            true => $"its digest {release.Digest} is in quarantine: a person must take it out of quarantine.yaml first",
            null => "quarantine.yaml cannot be read",
            false => null,
        },
        _ => "only a release that ended without being promoted can be tried again",
    };

    public OrderDecision Decide(Release release, ReleaseOrder order, OrderFacts facts)
    {
        int attempt = release.Attempt + 1;
        // It takes its place behind what was uploaded meanwhile, as if it were uploaded now.
        // What was rejected may have been mended; admission refuses another digest than a registered one.
        string digest = release.Phase == Phase.Rejected ? facts.UploadedDigest : release.Digest;
        Release next = new()
        {
            Model = release.Model, Version = release.Version, Digest = digest, Settings = release.Settings,
            Phase = release.Settings is null ? Phase.Uploaded : Phase.Verified, Attempt = attempt, Gpu = release.Gpu,
            UploadedAt = order.At, PhaseSince = order.At, Tick = release.Tick, Orders = release.Orders,
        };
        return new OrderDecision.Accept(next, "Retried", string.Create(
            CultureInfo.InvariantCulture, $"{order.By} starts attempt {attempt} after it was {release.Phase}: {order.Reason}"));
    }
}
