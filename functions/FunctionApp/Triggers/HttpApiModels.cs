using LlmOps.FunctionApp.Http;
using LlmOps.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A client reads the registry, or a person notes something in it.</summary>
public sealed class HttpApiModels(ShowModels models, SetAlias aliases, SetTag tags, DescribeModel descriptions)
{
    [Function("HttpApiListModels")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models")] HttpRequest request, CancellationToken cancellation) =>
        Answer.Json(await models.Handle(cancellation));

    [Function("HttpApiGetModel")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{model}")] HttpRequest request,
        string model,
        CancellationToken cancellation) =>
        Answer.Json(await models.Handle(model, cancellation));

    [Function("HttpApiSetAlias")]
    public Task<IResult> Alias(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/aliases")] HttpRequest request,
        string model,
        CancellationToken cancellation) =>
        JsonBody.Receive<AliasWish>(request, wish => aliases.Handle(model, wish, cancellation), cancellation);

    [Function("HttpApiSetTag")]
    public Task<IResult> Tag(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/tags")] HttpRequest request,
        string model,
        CancellationToken cancellation) =>
        JsonBody.Receive<TagWish>(request, wish => tags.Handle(model, wish, cancellation), cancellation);

    [Function("HttpApiDescribeModel")]
    public Task<IResult> Describe(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{model}/description")] HttpRequest request,
        string model,
        CancellationToken cancellation) =>
        JsonBody.Receive<DescriptionWish>(request, wish => descriptions.Handle(model, wish, cancellation), cancellation);
}
