using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.LocalHost.Functions.Http;

/// <summary>The route of an HTTP function, without a prefix: <c>host.json</c> sets none.</summary>
internal static class FunctionRoute
{
    public static RoutePattern Pattern(EmbeddedFunction function) =>
        RoutePatternFactory.Parse("/" + (((HttpTriggerAttribute)function.Trigger).Route ?? function.Name));

    public static IReadOnlyCollection<string> ValueNames(HttpTriggerAttribute http) =>
        [.. RoutePatternFactory.Parse(http.Route ?? "").Parameters.Select(parameter => parameter.Name)];

    /// <summary>The pairs of functions that one request could reach.</summary>
    public static IEnumerable<string> Clashes(IEnumerable<EmbeddedFunction> functions)
    {
        var http = functions.Where(function => function.Trigger is HttpTriggerAttribute).ToList();
        return
            from later in Enumerable.Range(0, http.Count)
            from earlier in Enumerable.Range(0, later)
            where Skeleton(http[earlier]) == Skeleton(http[later]) && ShareMethod(http[earlier], http[later])
            select $"{http[earlier].Name} and {http[later].Name} have the same route {Pattern(http[later]).RawText}";
    }

    private static string Skeleton(EmbeddedFunction function) => string.Join('/', Pattern(function).PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal ? literal.Content.ToUpperInvariant() : "{}"))));

    private static bool ShareMethod(EmbeddedFunction one, EmbeddedFunction other) =>
        Methods(one) is [] || Methods(other) is [] || Methods(one).Intersect(Methods(other), StringComparer.OrdinalIgnoreCase).Any();

    /// <summary>The HTTP methods that a function answers; none means all.</summary>
    public static string[] Methods(EmbeddedFunction function) => ((HttpTriggerAttribute)function.Trigger).Methods ?? [];
}
