namespace LlmOps.Inference.Endpoints;

/// <summary>What nobody serves, in the shape that the clients of the path's protocol read.</summary>
internal static class UnknownPath
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapFallback("{**path}", http =>
    {
        ApiError error = ApiError.UnknownPath(http.Request.Method, http.Request.Path);
        return http.Request.Path.StartsWithSegments("/v2") ? error.WriteAsync(http, OpenInference.OpenInferenceErrors.Of(error)) : error.WriteAsync(http);
    });
}
