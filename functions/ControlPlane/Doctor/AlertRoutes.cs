namespace LlmOps.Doctor;

/// <summary>A route of Alertmanager's tree that ends at our hook, with the settings that it inherits.</summary>
internal sealed record AlertRoute(Place Place, IReadOnlyList<Place> Path, Place? Shadow)
{
    /// <summary>A setting of the route, or of the nearest one above that has it.</summary>
    public Place Holder(string key) => Path.LastOrDefault(route => route.At(key).Exists) ?? Place;
}

/// <summary>Alertmanager's routing tree, walked as it walks it: the first child that matches, unless it continues.</summary>
internal static class AlertRoutes
{
    /// <summary>The routes that name one of these receivers, each with the earlier sibling that takes all its alerts, if there is one.</summary>
    public static IEnumerable<AlertRoute> To(IReadOnlySet<string> receivers, Place root) => Walk(root, [root], null, receivers);

    private static IEnumerable<AlertRoute> Walk(Place route, IReadOnlyList<Place> path, Place? shadow, IReadOnlySet<string> receivers)
    {
        Place? taken = null;
        foreach (Place child in route.At("routes").Items)
        {
            foreach (AlertRoute found in Walk(child, [.. path, child], shadow ?? taken, receivers))
            {
                yield return found;
            }
            taken ??= !HasMatchers(child) && !child.At("continue").IsTrue ? child : null;
        }
        if (Receiver(path) is { } receiver && receivers.Contains(receiver))
        {
            yield return new AlertRoute(route, path, shadow ?? taken);
        }
    }

    private static string? Receiver(IReadOnlyList<Place> path) => path.LastOrDefault(route => route.At("receiver").Exists)?.At("receiver").Text;

    private static bool HasMatchers(Place route) =>
        route.At("matchers").Items.Any() || route.At("match").Keys.Any() || route.At("match_re").Keys.Any();
}
