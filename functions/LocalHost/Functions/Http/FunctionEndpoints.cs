using Microsoft.Azure.Functions.Worker;

namespace LlmOps.LocalHost.Functions.Http;

/// <summary>Maps the HTTP functions onto Kestrel.</summary>
internal static class FunctionEndpoints
{
    public static void MapFunctions(this IEndpointRouteBuilder app)
    {
        string key = app.ServiceProvider.GetRequiredService<EmbeddedHostOptions>().HostKey;
        foreach (EmbeddedFunction function in app.ServiceProvider.GetRequiredService<FunctionIndex>().Functions)
        {
            if (function.Trigger is HttpTriggerAttribute http)
            {
                IEndpointConventionBuilder endpoint = app.Map(FunctionRoute.Pattern(function), context => Answer(context, function, http, key));
                endpoint.WithDisplayName(function.Name).WithMetadata(new HttpMethodMetadata(FunctionRoute.Methods(function)));
            }
        }
    }

    private static async Task Answer(HttpContext context, EmbeddedFunction function, HttpTriggerAttribute http, string key)
    {
        HttpRequest request = context.Request;
        if (!HostKey.Admits(request, http.AuthLevel, key))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        Task<IResult> answer = (Task<IResult>)function.Start(context.RequestServices, request, request.RouteValues, context.RequestAborted);
        await (await answer).ExecuteAsync(context);
    }
}
