using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace LlmOps.Inference.Endpoints.OpenInference.Repository;

/// <summary>Bodies of the repository's requests, which may be left out, and its errors.</summary>
internal static class RepositoryBody
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement.Clone();

    public static async Task<(JsonElement Body, ApiError? Refusal)> Read(HttpContext http) =>
        http.Request.ContentLength == 0 || http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? (Nothing, null)
            : await AnswerRequest.ReadBody(http);

    /// <summary>The fields of <c>parameters</c>; a name that is not among those known is refused.</summary>
    public static RequestFields Parameters(JsonElement body, params string[] known)
    {
        RequestFields fields = new(body);
        if (fields.Find("parameters") is not { } given) return new RequestFields(Nothing);
        RequestFields parameters = new(given.ValueKind == JsonValueKind.Object ? given : Nothing);
        if (given.ValueKind != JsonValueKind.Object) parameters.Refuse("parameters", "'parameters' must be an object.");
        else if (given.EnumerateObject().Select(RequestFields.NameOf).FirstOrDefault(name => !known.Contains(name)) is { } odd)
        {
            parameters.Refuse("parameters", $"'{odd}' is no parameter here; there are {string.Join(", ", known)}.");
        }
        return parameters;
    }

    public static Task Refuse(HttpContext http, ApiError error) => error.WriteAsync(http, OpenInferenceErrors.Of(error));
}
