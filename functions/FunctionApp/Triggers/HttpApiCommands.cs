using LlmOps.FunctionApp.Http;
using LlmOps.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A person approves, rejects, holds, resumes, promotes, retries or rolls back a release, or the newest of a model.</summary>
public sealed class HttpApiCommands(ReceiveCommand commands)
{
    [Function("HttpApiCommandRelease")]
    public Task<IResult> Release(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/releases/{model}/{version}/commands")] HttpRequest request,
        string model,
        string version,
        CancellationToken cancellation) =>
        JsonBody.Receive<CommandRequest>(request, asked => commands.Handle(asked.For(model, version), cancellation), cancellation);

    [Function("HttpApiCommandModel")]
    public Task<IResult> Model(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/releases/{model}/commands")] HttpRequest request,
        string model,
        CancellationToken cancellation) =>
        JsonBody.Receive<CommandRequest>(request, asked => commands.Handle(asked.For(model, version: null), cancellation), cancellation);
}
