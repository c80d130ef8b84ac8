namespace LlmOps.LocalHost.Cluster.Manifests;

/// <summary>
/// A model's route: the path prefix, what replaces it, how long a request may take (null: no limit), and who gets which share.
/// </summary>
internal sealed record RouteSpec(string Model, string Prefix, string Replacement, TimeSpan? Timeout, IReadOnlyList<BackendRef> Backends)
{
    /// <summary>Who gets copies of requests.</summary>
    public IReadOnlyList<MirrorRef> Mirrors { get; init; } = [];
}

/// <summary>A Service that gets copies of so many of so many requests; its answers are thrown away.</summary>
internal sealed record MirrorRef(string Service, int Numerator, int Denominator);

/// <summary>A Service and its weight, relative to the route's others.</summary>
internal sealed record BackendRef(string Service, int Weight);
