using LlmOps.Registry.Mlflow;
using Microsoft.AspNetCore.Http;

namespace LlmOps.FunctionApp.Http;

/// <summary>Reads a call of MLflow's interface: the query of a GET, else a JSON body, and answers in its manner.</summary>
internal static class MlflowBody
{
    public static async Task<IResult> Receive(
        HttpRequest request, string path, Func<MlflowRequest, Task<MlflowAnswer>> handle, CancellationToken cancellation)
    {
        if (await RequestBody.Read(request, BodyLimit.Api, cancellation) is not { } body)
        {
            return Answer.TooLong(BodyLimit.Api);
        }
        bool query = HttpMethods.IsGet(request.Method) && body.Length == 0;
        IReadOnlyDictionary<string, IReadOnlyList<string>>? fields = query ? Fields(request.Query) : MlflowRequest.Parse(body.Span);
        MlflowAnswer answer = fields is null
            ? MlflowAnswer.Invalid("the body is not a JSON object")
            : await handle(new MlflowRequest(request.Method.ToUpperInvariant(), path, fields));
        return Results.Text(answer.Json, "application/json", statusCode: answer.Status);
    }

    private static Dictionary<string, IReadOnlyList<string>> Fields(IQueryCollection query) =>
        query.ToDictionary(field => field.Key, field => (IReadOnlyList<string>)[.. field.Value.OfType<string>()]);
}
