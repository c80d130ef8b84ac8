using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>Reads and patches objects; each try takes a bounded time, and what is refused says why as <see cref="ApiRefusedException"/>.</summary>
internal sealed class KubernetesApi(ClusterConnection connection, KubernetesOptions options, TimeProvider clock)
{
    private const int MostPages = 40;

    /// <summary>An object; null when it, or its kind, is not there.</summary>
    public async Task<JsonElement?> Get(ApiResource resource, string space, string name, CancellationToken cancellation)
    {
        ApiCall call = ApiCall.Get(resource, space, name);
        return await Send(call, null, cancellation) is { Status: not 404 } answer ? Read(call, answer) : null;
    }

    /// <summary>All objects of a kind, page by page; none when the kind is not there.</summary>
    public async Task<IReadOnlyList<JsonElement>> List(ApiResource resource, string? space, CancellationToken cancellation, string labels = "")
    {
        ApiCall first = ApiCall.List(resource, space, labels);
        List<JsonElement> found = [];
        ApiCall next = first;
        for (int page = 0; page < MostPages; page++)
        {
            ApiAnswer answer = await Send(next, null, cancellation);
            if (answer.Status == 404)
            {
                return [];
            }
            if (answer.Status == 410 && next != first)
            {
                // The token of the next page is too old: the list is begun anew.
                found.Clear();
                next = first;
                continue;
            }
            JsonElement list = Read(next, answer);
            found.AddRange(list.Items("items"));
            if (list.Text("metadata", "continue") is not { Length: > 0 } token)
            {
                return found;
            }
            next = first.After(token);
        }
        throw new ApiRefusedException($"{first}: more than {MostPages * ApiCall.PageSize} objects");
    }

    /// <summary>Merges a patch into an object; a conflict is told by <see cref="ApiRefusedException.IsConflict"/>.</summary>
    public async Task Patch(ApiCall target, JsonObject patch, CancellationToken cancellation)
    {
        ApiCall call = ApiCall.Patch(target.Resource, target.Namespace!, target.Name!);
        ApiAnswer answer = await Send(call, patch, cancellation);
        if (answer.Status is < 200 or >= 300)
        {
            throw ApiRefusedException.Of(call, answer.Status, answer.Body);
        }
    }

    /// <summary>A text, such as a log; null when there is none.</summary>
    public async Task<string?> Text(ApiCall call, CancellationToken cancellation)
    {
        ApiAnswer answer = await Send(call, null, cancellation);
        // A container that has not begun has no log yet: 400.
        return answer.Status switch
        {
            200 => answer.Body,
            400 or 404 => null,
            _ => throw ApiRefusedException.Of(call, answer.Status, answer.Body),
        };
    }

    private static JsonElement Read(ApiCall call, ApiAnswer answer)
    {
        if (answer.Status is < 200 or >= 300)
        {
            throw ApiRefusedException.Of(call, answer.Status, answer.Body);
        }
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(answer.Body);
        }
        catch (JsonException)
        {
            throw new ApiRefusedException($"{call}: the answer is no JSON; something else stands before the API server", answer.Status);
        }
    }

    private async Task<ApiAnswer> Send(ApiCall call, JsonObject? patch, CancellationToken cancellation)
    {
        bool renewed = false;
        for (int attempt = 1; ; attempt++)
        {
            ApiAnswer answer = await Try(call, patch, cancellation);
            if (answer.Status == 401 && !renewed)
            {
                renewed = true;
                connection.Doubt();
                continue;
            }
            if (ApiRetry.After(answer.Status, attempt, answer.Wait) is not { } wait)
            {
                return answer.Status == 0 ? throw new ApiRefusedException($"{call}: {answer.Body}") : answer;
            }
            await Task.Delay(wait, clock, cancellation);
        }
    }

    private async Task<ApiAnswer> Try(ApiCall call, JsonObject? patch, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(options.Timeout, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        using HttpRequestMessage request = new(patch is null ? HttpMethod.Get : HttpMethod.Patch, call.Address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(call.Subresource == "log" ? "*/*" : "application/json"));
        if (patch is not null)
        {
            request.Content = new StringContent(patch.ToJsonString(), Encoding.UTF8, "application/merge-patch+json");
        }
        try
        {
            using HttpResponseMessage response = await connection.Send(request, both.Token);
            return new ApiAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(both.Token), Asked(response));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ApiAnswer(0, $"no answer within {options.Timeout.TotalSeconds:0.#} s", null);
        }
        catch (HttpRequestException error)
        {
            // Its certificate may be from a new authority, its address another.
            connection.Doubt();
            return new ApiAnswer(0, $"the API server was not reached: {error.HttpRequestError}", null);
        }
    }

    private TimeSpan? Asked(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };

    private sealed record ApiAnswer(int Status, string Body, TimeSpan? Wait);
}
