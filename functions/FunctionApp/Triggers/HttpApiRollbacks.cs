using LlmOps.FunctionApp.Http;
using LlmOps.Rollbacks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A person asks for a rollback.</summary>
public sealed class HttpApiRollbacks(RequestRollback rollback)
{
    [Function("HttpApiRequestRollback")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/rollbacks")] HttpRequest request, CancellationToken cancellation) =>
        JsonBody.Receive<RollbackRequest>(request, asked => rollback.Handle(asked, cancellation), cancellation);
}
