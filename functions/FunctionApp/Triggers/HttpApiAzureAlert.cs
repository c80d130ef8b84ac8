using LlmOps.FunctionApp.Http;
using LlmOps.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>An action group of Azure Monitor tells of an alert of its managed Prometheus.</summary>
public sealed class HttpApiAzureAlert(ReceiveAzureAlert alerts, ILogger<HttpApiAzureAlert> logger)
{
    [Function(nameof(HttpApiAzureAlert))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/alerts/azure")] HttpRequest request, CancellationToken cancellation) =>
        Hook.Receive(request, BodyLimit.AzureAlert, logger, body => alerts.Handle(body, cancellation), cancellation);
}
