using LlmOps.FunctionApp.Http;
using LlmOps.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>Alertmanager tells of alerts that fire or are resolved; it authenticates by a bearer token.</summary>
public sealed class HttpAlertmanager(ReceiveAlerts alerts, ILogger<HttpAlertmanager> logger)
{
    [Function(nameof(HttpAlertmanager))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "hooks/alertmanager")] HttpRequest request, CancellationToken cancellation) =>
        Hook.Receive(request, BodyLimit.Alertmanager, logger, body => alerts.Handle(
            body, request.Headers.Authorization, cancellation), cancellation);
}
