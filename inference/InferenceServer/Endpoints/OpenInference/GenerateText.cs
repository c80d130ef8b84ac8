using LlmOps.Inference.Endpoints.Embeddings;

namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary><c>POST /v2/models/{model}[/versions/{version}]/infer</c>, <c>generate</c> and <c>generate_stream</c></summary>
internal sealed class GenerateText(AnswerRequest answer, ServedModel served, ReadTextRequest read, EmbedTensor embed)
{
    private static readonly string[] Models = ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string model in Models)
        {
            routes.MapPost($"{model}/infer", http => served.Embedding is null ? Handle(http, read.Infer) : embed.Answer(http));
            routes.MapPost($"{model}/generate", http => Handle(http, (body, envelope) => read.Generate(body, envelope, stream: false)));
            routes.MapPost($"{model}/generate_stream", http => Handle(http, (body, envelope) => read.Generate(body, envelope, stream: true)));
        }
    }

    private Task Handle(HttpContext http, Func<System.Text.Json.JsonElement, Envelope, Parsed> read) =>
        answer.Handle(http, new Protocol("oip", OpenInferenceErrors.Of, (body, envelope) =>
            DescribeServer.RefuseModel(http, served) is { } unknown ? unknown : read(body, envelope)));
}
