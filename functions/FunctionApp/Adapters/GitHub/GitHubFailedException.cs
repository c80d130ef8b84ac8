using System.Globalization;
using System.Net;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>What was asked of GitHub was not done, in words that say what to do about it; never with a credential in them.</summary>
internal sealed class GitHubFailedException(string message, Exception? cause = null) : Exception(message, cause)
{
    private const int MostSaid = 400;

    /// <summary>The answer's status, null without an answer or for an error of GraphQL.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The type of GraphQL's error, such as STALE_DATA.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether it may have been done all the same: the answer was lost.</summary>
    public bool MayBeDone { get; init; }

    /// <summary>Whether a limit refused it: it was not done, and may be asked again.</summary>
    public bool Limited { get; init; }

    /// <summary>A request in words, without its query.</summary>
    public static string Describe(HttpRequestMessage request) =>
        PlainText.OneLine($"{request.Method} {request.RequestUri!.ToString().Split('?')[0]}", 200);

    public static GitHubFailedException NoAnswer(string what, HttpRequestException cause) =>
        new($"GitHub gave no answer to {what}: {PlainText.OneLine(cause.Message, MostSaid)}", cause) { MayBeDone = true };

    public static GitHubFailedException NoSense(string what) => new($"GitHub answers {what} with something that is not JSON") { MayBeDone = true };

    /// <summary>An answer that is no success.</summary>
    public static GitHubFailedException Of(string what, HttpResponseMessage response, string said)
    {
        int status = (int)response.StatusCode;
        bool limited = GitHubRateLimits.IsLimit(response.StatusCode, said)
            || (status == 403 && (response.Headers.RetryAfter is not null || First(response, "x-ratelimit-remaining") == "0"));
        return new GitHubFailedException(
            string.Create(CultureInfo.InvariantCulture, $"GitHub answers {status} to {what}: {Words(said)}{(limited ? "" : Advice(response, said))}"))
        {
            Status = response.StatusCode, MayBeDone = status >= 500 || status == 408, Limited = limited,
        };
    }

    /// <summary>What GraphQL says under `errors`, of which the first one counts.</summary>
    public static GitHubFailedException Of(string what, JsonElement errors)
    {
        JsonElement first = errors[0];
        string? kind = first.TryGetProperty("type", out JsonElement type) ? type.GetString() : null;
        string text = first.GetProperty("message").GetString() ?? "";
        // Errors without a type, and INTERNAL ones, are GitHub's own: the time was out, or something broke half-way.
        bool lost = kind is null or "INTERNAL" or "SERVICE_UNAVAILABLE" && !IsAboutRequest(first) && !IsRule(text);
        return new GitHubFailedException($"GitHub refuses {what}{(kind is null ? "" : $" ({kind})")}: {PlainText.OneLine(text, MostSaid)}{Advice(kind, text)}")
        {
            Kind = kind, MayBeDone = lost, Limited = kind == "RATE_LIMITED",
        };
    }

    // A query that does not fit the schema or its variables is told by an extension's code.
    private static bool IsAboutRequest(JsonElement error) => error.TryGetProperty("extensions", out JsonElement more) && more.TryGetProperty("code", out _);

    private static string Words(string said)
    {
        try
        {
            JsonElement answer = JsonElement.Parse(said);
            string text = answer.TryGetProperty("message", out JsonElement message) ? message.GetString() ?? "" : "without a word";
            string more = answer.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Array
                ? string.Concat(errors.EnumerateArray().Select(error => "; " + (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out JsonElement one) ? one.ToString() : error.ToString())))
                : "";
            return PlainText.OneLine(text + more, MostSaid);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return "without a word";
        }
    }

    private static string Advice(HttpResponseMessage response, string said) => (int)response.StatusCode switch
    {
        _ when IsRule(said) => Bypass,
        401 => ". Compare GitHub__AppId, GitHub__InstallationId and GitHub__PrivateKey with the App's settings, and this machine's clock",
        403 when First(response, "x-accepted-github-permissions") is { } needed => $". The App needs the permission {PlainText.OneLine(needed, 100)}, and its owner must accept it",
        404 => ". It is not there, or the App is not installed on that repository or lacks the permission",
        301 or 302 or 307 or 308 => ". The repository was renamed or moved: set ControlPlane__GitHubRepository to its new name",
        _ => "",
    };

    private static string Advice(string? kind, string text) => kind switch
    {
        _ when IsRule(text) => Bypass,
        "FORBIDDEN" => ". The App lacks a permission (docs/github.md lists them), or its owner has not accepted it yet",
        "NOT_FOUND" => ". It is not there, or the App is not installed on that repository",
        _ => "",
    };

    private const string Bypass = ". Let the App past the branch's rules: put it on the ruleset's bypass list as \"always\", or among those who may bypass the branch protection";

    private static bool IsRule(string text) => new[] { "rule violation", "protected branch", "through a pull request", "branch protection" }
        .Any(words => text.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
}
