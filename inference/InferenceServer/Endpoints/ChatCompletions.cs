namespace LlmOps.Inference.Endpoints;

/// <summary><c>POST /v1/chat/completions</c></summary>
internal sealed class ChatCompletions(AnswerRequest answer, ReadChatRequest read)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/chat/completions", http => answer.Handle(http, Protocol.OpenAi("chatcmpl", read.Read)));
}
