using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Where a list goes on, as its answer's header says (docs.github.com, "Using pagination in the REST API").</summary>
internal static partial class LinkHeader
{
    /// <summary>The cursor of the next page, or null on the last one.</summary>
    public static string? NextCursor(HttpResponseHeaders headers) =>
        headers.TryGetValues("Link", out IEnumerable<string>? links) && Next().Match(string.Join(", ", links)) is { Success: true } next
            ? Uri.UnescapeDataString(next.Groups[1].Value)
            : null;

    [GeneratedRegex("""<[^>]*[?&]cursor=([^&>]*)[^>]*>\s*;\s*rel="next"?""")]
    private static partial Regex Next();
}
