namespace LlmOps.Inference.Endpoints;

/// <summary>What nobody serves, or not by this method, in the shape that the clients of the path's protocol read.</summary>
internal static class UnknownPath
{
    /// <summary>Goes before the endpoints. Those that refuse have written why; routing leaves the body empty.</summary>
    public static void Use(IApplicationBuilder app) => app.UseStatusCodePages(routed =>
    {
        HttpContext http = routed.HttpContext;
        return http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ApiError.UnknownPath(http.Request.Method, http.Request.Path).WriteAsync(http),
            StatusCodes.Status405MethodNotAllowed => ApiError.WrongMethod(http.Request.Method, http.Request.Path, http.Response.Headers.Allow.ToString()).WriteAsync(http),
            _ => Task.CompletedTask,
        };
    });
}
