using LlmOps.Manifests;

namespace LlmOps.Releases;

/// <summary>What a person may order for a release. Both answers are pure; what follows in Git and cluster is the phase's own work.</summary>
public interface IReleaseVerb
{
    /// <summary>The word of the order, e.g. `approve`.</summary>
    string Name { get; }

    /// <summary>Why the release, as it stands, is not one for this order; null when it is.</summary>
    string? Obstacle(Release release, OrderFacts facts);

    /// <summary>What the order makes of a release without an obstacle.</summary>
    OrderDecision Decide(Release release, ReleaseOrder order, OrderFacts facts);
}

/// <summary>
/// What orders are judged by: the policy (null when gates.yaml cannot be read), whether the digest is in quarantine (null
/// when there is no telling), and the digest of the upload as it lies there now.
/// </summary>
public sealed record OrderFacts(ModelPolicy? Policy, bool? Quarantined, string UploadedDigest);

/// <summary>What becomes of an order.</summary>
public abstract record OrderDecision
{
    private OrderDecision()
    {
    }

    /// <summary>It is carried out: what the release is now, and the fact in the past tense and in words.</summary>
    public sealed record Accept(Release Next, string Fact, string Text) : OrderDecision;

    /// <summary>It is not carried out.</summary>
    public sealed record Refuse(string Why) : OrderDecision;
}
