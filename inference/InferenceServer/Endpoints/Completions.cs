namespace LlmOps.Inference.Endpoints;

/// <summary><c>POST /v1/completions</c></summary>
internal sealed class Completions(AnswerRequest answer, ReadCompletionRequest read)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/completions", http => answer.Handle(http, Protocol.OpenAi("cmpl", read.Read)));
}
