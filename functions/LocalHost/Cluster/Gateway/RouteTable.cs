using System.Collections.Immutable;
using LlmOps.LocalHost.Cluster.Manifests;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>A route as requests meet it: what Git says, and the dealer of its shares.</summary>
internal sealed record Route(RouteSpec Spec, EvenShares Shares)
{
    private readonly EvenShares[] copies = [.. Spec.Mirrors.Select(mirror => new EvenShares([mirror.Numerator, mirror.Denominator - mirror.Numerator]))];

    /// <summary>The Services that get a copy of the next request.</summary>
    public IEnumerable<string> NextMirrors() => copies.Select((share, index) => share.Next() == 0 ? Spec.Mirrors[index].Service : null).OfType<string>();

    /// <summary>The Service that gets the next request, or null when no Service gets any.</summary>
    public string? NextService() => Shares.Next() is { } index ? Spec.Backends[index].Service : null;
}

/// <summary>All routes: an immutable snapshot, swapped whole, longest prefix first.</summary>
internal sealed class RouteTable
{
    private ImmutableArray<Route> routes = [];

    public ImmutableArray<Route> Routes => routes;

    public void Apply(RouteSpec spec)
    {
        Route route = new(spec, new EvenShares(spec.Backends.Select(backend => backend.Weight)));
        ImmutableInterlocked.Update(ref routes, all =>
            [.. all.Where(other => other.Spec.Model != spec.Model).Append(route).OrderByDescending(other => other.Spec.Prefix.Length)]);
    }

    public void Remove(string model) =>
        ImmutableInterlocked.Update(ref routes, all => all.RemoveAll(route => route.Spec.Model == model));

    /// <summary>The route of a path and the path rewritten, or null when no prefix matches whole segments of it.</summary>
    public (Route Route, PathString Rewritten)? Match(PathString path)
    {
        foreach (Route route in Routes)
        {
            if (path.StartsWithSegments(route.Spec.Prefix, StringComparison.Ordinal, out PathString rest))
            {
                string rewritten = route.Spec.Replacement + rest;
                return (route, rewritten.Length == 0 ? "/" : rewritten);
            }
        }
        return null;
    }
}
