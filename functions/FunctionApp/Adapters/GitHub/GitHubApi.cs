using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Carries requests to GitHub and reads what it answers; whatever is no success is a <see cref="GitHubFailedException"/>.</summary>
internal sealed class GitHubApi(HttpClient http, Uri graphQl)
{
    private const int Tries = 3;

    /// <summary>Asks, and returns what is answered with success.</summary>
    public async Task<JsonElement> Ask(HttpRequestMessage request, CancellationToken cancellation)
    {
        string what = GitHubFailedException.Describe(request);
        using HttpResponseMessage response = await Send(request, cancellation);
        return Json(what, await Text(what, response, cancellation));
    }

    /// <summary>Asks for what may not be there: null then.</summary>
    public async Task<JsonElement?> Find(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await Ask(request, cancellation);
        }
        catch (GitHubFailedException failure) when (failure.Status is HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks for what may be as it was: the answer is null then. The tag names what is answered.</summary>
    public async Task<(JsonElement? Changed, string? ETag)> AskIfChanged(HttpRequestMessage request, CancellationToken cancellation)
    {
        string what = GitHubFailedException.Describe(request);
        using HttpResponseMessage response = await Send(request, cancellation);
        return response.StatusCode == HttpStatusCode.NotModified
            ? (null, null)
            : (Json(what, await Text(what, response, cancellation)), response.Headers.ETag?.ToString());
    }

    /// <summary>Asks for a page of a list, and tells the cursor of the next one where there is one.</summary>
    public async Task<(JsonElement Page, string? Next)> AskPage(HttpRequestMessage request, CancellationToken cancellation)
    {
        string what = GitHubFailedException.Describe(request);
        using HttpResponseMessage response = await Send(request, cancellation);
        return (Json(what, await Text(what, response, cancellation)), LinkHeader.NextCursor(response.Headers));
    }

    public async Task<byte[]> AskBytes(HttpRequestMessage request, CancellationToken cancellation)
    {
        string what = GitHubFailedException.Describe(request);
        using HttpResponseMessage response = await Send(request, cancellation);
        await Text(what, response, cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <summary>A query of GraphQL, asked again where the answer was lost.</summary>
    public async Task<JsonElement> Query(string query, object variables, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await Post("a query", query, variables, reads: true, cancellation);
            }
            catch (GitHubFailedException failure) when (failure is { MayBeDone: true, Status: null } && attempt < Tries)
            {
                // GraphQL tells of its own faults with status 200; another try mostly passes.
            }
        }
    }

    /// <summary>A mutation of GraphQL, asked once.</summary>
    public Task<JsonElement> Mutate(string name, string mutation, object variables, CancellationToken cancellation) =>
        Post(name, mutation, variables, reads: false, cancellation);

    private async Task<JsonElement> Post(string what, string query, object variables, bool reads, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, graphQl) { Content = JsonContent.Create(new { query, variables }) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Options.Set(GitHubRateLimits.Idempotent, reads);
        using HttpResponseMessage response = await Send(request, cancellation);
        JsonElement answer = Json(what, await Text(what, response, cancellation));
        if (answer.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            throw GitHubFailedException.Of(what, errors);
        }
        return answer.TryGetProperty("data", out JsonElement found) ? found : throw GitHubFailedException.NoSense(what);
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (Urgency.Now)
        {
            request.Options.Set(GitHubRateLimits.Urgent, true);
        }
        string what = GitHubFailedException.Describe(request);
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException error)
        {
            throw GitHubFailedException.NoAnswer(what, error);
        }
    }

    private static async Task<string> Text(string what, HttpResponseMessage response, CancellationToken cancellation)
    {
        string said = await response.Content.ReadAsStringAsync(cancellation);
        return response.IsSuccessStatusCode ? said : throw GitHubFailedException.Of(what, response, said);
    }

    private static JsonElement Json(string what, string said)
    {
        try
        {
            return said.Length == 0 ? default : JsonElement.Parse(said);
        }
        catch (JsonException)
        {
            throw GitHubFailedException.NoSense(what);
        }
    }
}
