using LlmOps.FunctionApp.Http;
using LlmOps.Gates;
using LlmOps.Releases;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A client reads releases and their gate reports, or starts one.</summary>
public sealed class HttpApiReleases(ListReleases releases, GetRelease release, GetGateReport report, StartRelease start)
{
    [Function("HttpApiStartRelease")]
    public Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/releases")] HttpRequest request, CancellationToken cancellation) =>
        JsonBody.Receive<StartRequest>(request, asked => start.Handle(asked, cancellation), cancellation);

    [Function("HttpApiListReleases")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/releases")] HttpRequest request, CancellationToken cancellation) =>
        Answer.Json(await releases.Handle(request.Query["model"], cancellation));

    [Function("HttpApiGetRelease")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/releases/{model}/{version}")] HttpRequest request,
        string model,
        string version,
        CancellationToken cancellation) =>
        Answer.Json(await release.Handle(model, version, cancellation));

    [Function("HttpApiGetGateReport")]
    public async Task<IResult> Report(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/releases/{model}/{version}/report")] HttpRequest request,
        string model,
        string version,
        CancellationToken cancellation)
    {
        string form = request.Query["format"].FirstOrDefault() ?? "markdown";
        return GetGateReport.Forms.Contains(form)
            ? Answer.Report(await report.Handle(model, version, form, cancellation))
            : Answer.Invalid($"format is {string.Join(", ", GetGateReport.Forms)}");
    }
}
