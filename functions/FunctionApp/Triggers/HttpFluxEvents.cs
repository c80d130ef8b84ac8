using LlmOps.FunctionApp.Http;
using LlmOps.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>Flux tells of a reconciliation; it authenticates by an HMAC over the raw body.</summary>
public sealed class HttpFluxEvents(ReceiveFluxEvent flux, ILogger<HttpFluxEvents> logger)
{
    [Function(nameof(HttpFluxEvents))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "hooks/flux")] HttpRequest request, CancellationToken cancellation) =>
        Hook.Receive(request, BodyLimit.Flux, logger, body => flux.Handle(
            body, request.Headers["X-Signature"], cancellation), cancellation);
}
