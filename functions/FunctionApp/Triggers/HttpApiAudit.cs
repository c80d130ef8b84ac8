using LlmOps.Audit;
using LlmOps.FunctionApp.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A client reads the audit log after an entry, or has its chain verified.</summary>
public sealed class HttpApiAudit(ReadAudit audit, VerifyAudit verification)
{
    [Function("HttpApiReadAudit")]
    public async Task<IResult> Read(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/audit")] HttpRequest request, CancellationToken cancellation) =>
        RequestQuery.TryNumber(request, "after", out long after)
            ? Answer.Json(await audit.Handle(after, cancellation))
            : Answer.Invalid("after must be the number of an entry");

    [Function("HttpApiVerifyAudit")]
    public async Task<IResult> Verify(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/audit/verification")] HttpRequest request, CancellationToken cancellation) =>
        Answer.Json(await verification.Handle(cancellation));
}
