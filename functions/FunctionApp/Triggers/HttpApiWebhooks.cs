using LlmOps.Events;
using LlmOps.FunctionApp.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A person looks at who is told of events, or has one told again.</summary>
public sealed class HttpApiWebhooks(ShowWebhooks webhooks, ResendEvent events)
{
    [Function("HttpApiListWebhooks")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/webhooks")] HttpRequest request, CancellationToken cancellation) =>
        Answer.Json(await webhooks.Handle(cancellation));

    [Function("HttpApiResendEvent")]
    public async Task<IResult> Resend(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/webhooks/{endpoint}/dead/{id}/resend")] HttpRequest request,
        string endpoint,
        string id,
        CancellationToken cancellation) =>
        Answer.Found(await events.Handle(endpoint, id, cancellation));
}
