namespace LlmOps.Inference.Endpoints;

/// <summary><c>POST /v1/chat/completions</c></summary>
internal sealed class ChatCompletions(AnswerRequest answer)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/chat/completions", http => answer.Handle(http, Protocol.OpenAi("chatcmpl", (served, body, envelope) => new ReadChatRequest(served).Read(body, envelope))));
}
