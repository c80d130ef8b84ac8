using LlmOps.FunctionApp.Http;
using LlmOps.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A person looks at a queue's dead letters, or sends one again.</summary>
public sealed class HttpApiDeadLetters(IMessageBus bus)
{
    private const int MostShown = 100;

    [Function("HttpApiPeekDeadLetters")]
    public async Task<IResult> Peek(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/deadletters/{queue}")] HttpRequest request,
        string queue,
        CancellationToken cancellation) =>
        Answer.Json(await bus.PeekDeadLetters(queue, MostShown, cancellation));

    [Function("HttpApiResendDeadLetter")]
    public async Task<IResult> Resend(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/deadletters/{queue}/{id}/resend")] HttpRequest request,
        string queue,
        string id,
        CancellationToken cancellation) =>
        Answer.Found(await bus.Resend(queue, RouteText.Decode(id), cancellation));
}
