using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LlmOps.Tests.LocalHost.Functions;

[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class KafkaTriggerAttribute : TriggerBindingAttribute;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class SignalROutputAttribute : BindingAttribute;

internal sealed class UnknownTrigger
{
    [Function(nameof(UnknownTrigger))]
    public Task Run([KafkaTrigger] string message) => Task.FromResult(message);
}

internal sealed class NoTrigger
{
    [Function(nameof(NoTrigger))]
    public Task Run(CancellationToken cancellation) => Task.FromCanceled(cancellation);
}

internal sealed class TwoTriggers
{
    [Function(nameof(TwoTriggers))]
    public Task Run([ServiceBusTrigger("work")] string body, [TimerTrigger("* * * * * *")] TimerInfo timer) => Task.FromResult((body, timer));
}

internal sealed class Batched
{
    [Function(nameof(Batched))]
    public Task Run([ServiceBusTrigger("work", IsBatched = true)] string body) => Task.FromResult(body);
}

internal sealed class OutputBinding
{
    [Function(nameof(OutputBinding))]
    [SignalROutput]
    public Task Run([ServiceBusTrigger("work")] string body) => Task.FromResult(body);
}

internal sealed class WrongInput
{
    [Function(nameof(WrongInput))]
    public Task Run([TimerTrigger("* * * * * *")] string timer) => Task.FromResult(timer);
}

internal sealed class WrongReturn
{
    [Function(nameof(WrongReturn))]
    public Task<string> Run([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Task.FromResult(request.Method);
}

internal sealed class UnboundValue
{
    [Function(nameof(UnboundValue))]
    public Task Run([BlobTrigger("models/{model}/release.json")] string blob, string model, string version) => Task.FromResult((blob, model, version));
}

internal sealed class UnboundType
{
    [Function(nameof(UnboundType))]
    public Task Run([ServiceBusTrigger("work")] string body, int count) => Task.FromResult((body, count));
}

internal sealed class NotPublic
{
    [Function(nameof(NotPublic))]
    internal Task Run([ServiceBusTrigger("work")] string body) => Task.FromResult(body);
}

internal sealed class SameName
{
    [Function("Same")]
    public Task One([ServiceBusTrigger("work")] string body) => Task.FromResult(body);

    [Function("same")]
    public Task Two([ServiceBusTrigger("rollback")] string body) => Task.FromResult(body);
}

internal sealed class SameRoute
{
    [Function("One")]
    public Task<IResult> One([HttpTrigger(AuthorizationLevel.Function, "get", "put", Route = "items/{name}")] HttpRequest request, string name) =>
        Task.FromResult(Results.Text(request.Method + name));

    [Function("Two")]
    public Task<IResult> Two([HttpTrigger(AuthorizationLevel.Function, "PUT", Route = "items/{id}")] HttpRequest request, string id) =>
        Task.FromResult(Results.Text(request.Method + id));
}

internal sealed class GetAndPost
{
    [Function("Get")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Function, "get", Route = "items")] HttpRequest request) =>
        Task.FromResult(Results.Text(request.Method));

    [Function("Post")]
    public Task<IResult> Post([HttpTrigger(AuthorizationLevel.Function, "post", Route = "items")] HttpRequest request) =>
        Task.FromResult(Results.Text(request.Method));
}
