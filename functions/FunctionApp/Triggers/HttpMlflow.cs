using LlmOps.FunctionApp.Http;
using LlmOps.Registry.Mlflow;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A client of MLflow's reads the registry, or notes something in it.</summary>
public sealed class HttpMlflow(AnswerMlflow mlflow)
{
    [Function(nameof(HttpMlflow))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", "patch", "delete", Route = "api/2.0/mlflow/{entity}/{act}")] HttpRequest request,
        string entity,
        string act,
        CancellationToken cancellation) =>
        MlflowBody.Receive(request, $"{entity}/{act}", asked => mlflow.Handle(asked, cancellation), cancellation);
}
