namespace LlmOps.Inference.Endpoints;

/// <summary><c>POST /v1/completions</c></summary>
internal sealed class Completions(AnswerRequest answer)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/completions", http => answer.Handle(http, Protocol.OpenAi("cmpl", (served, body, envelope) => new ReadCompletionRequest(served).Read(body, envelope))));
}
