namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>
/// The gateway's request path: route, share, endpoint, copy, forward, count. As the Gateway API has it, a share is never
/// given to others: a missing Service answers 500, one without a ready endpoint 503, no route 404.
/// </summary>
internal sealed class RoutedRequests(RouteTable routes, ServiceDirectory services, Forwarding forwarding, MirroredRequests mirrored, TimeProvider clock)
{
    public async Task Handle(HttpContext context)
    {
        long start = clock.GetTimestamp();
        (RequestSeries series, int code) = await Answer(context);
        series.Count(code, clock.GetElapsedTime(start));
    }

    private async Task<(RequestSeries Series, int Code)> Answer(HttpContext context)
    {
        if (routes.Match(context.Request.Path) is not var (route, rewritten))
        {
            return (services.Series("", "", ""), await Refuse(context, 404, "no route matches this path"));
        }
        if (route.NextService() is not { } service)
        {
            return (services.Series(route.Spec.Model, "", ""), await Refuse(context, 500, "every backend of this route has weight 0"));
        }
        if (services.Find(service) is not { } slice)
        {
            return (services.Series(route.Spec.Model, service, ""), await Refuse(context, 500, $"there is no Service {service}"));
        }
        context.Response.Headers[GatewayHeaders.Slot] = slice.Slot;
        if (slice.Next() is not { } endpoint)
        {
            return (slice.Series, await Refuse(context, 503, $"Service {service} has no ready endpoint"));
        }
        context.Response.Headers[GatewayHeaders.Version] = endpoint.Version;
        context.Request.Path = rewritten;
        using CopiedBody? copied = mirrored.Begin(context, route, rewritten);
        return (endpoint.Series, await forwarding.Send(context, endpoint.Address, route.Spec.Timeout));
    }

    private static async Task<int> Refuse(HttpContext context, int code, string reason)
    {
        context.Response.StatusCode = code;
        object body = new { error = new { message = reason, type = "gateway_error", code } };
        await context.Response.WriteAsJsonAsync(body, context.RequestAborted);
        return code;
    }
}
