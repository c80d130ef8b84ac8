using LlmOps.FunctionApp.Http;
using LlmOps.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>Prometheus asks how the releases stand; it authenticates by a bearer token.</summary>
public sealed class HttpMetrics(ShowMetrics metrics)
{
    [Function(nameof(HttpMetrics))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hooks/metrics")] HttpRequest request, CancellationToken cancellation) =>
        Answer.Of(await metrics.Handle(request.Headers.Authorization, cancellation));
}
