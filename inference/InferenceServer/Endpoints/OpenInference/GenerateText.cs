using System.Text.Json;

namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary><c>POST /v2/models/{model}[/versions/{version}]/infer</c>, <c>generate</c> and <c>generate_stream</c></summary>
internal sealed class GenerateText(AnswerRequest answer)
{
    private static readonly string[] Models = ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string model in Models)
        {
            routes.MapPost($"{model}/infer", http => Handle(http, (read, body, envelope) => read.Infer(body, envelope)));
            routes.MapPost($"{model}/generate", http => Handle(http, (read, body, envelope) => read.Generate(body, envelope, stream: false)));
            routes.MapPost($"{model}/generate_stream", http => Handle(http, (read, body, envelope) => read.Generate(body, envelope, stream: true)));
        }
    }

    private Task Handle(HttpContext http, Func<ReadTextRequest, JsonElement, Envelope, Parsed> read) =>
        answer.Handle(http, new Protocol("oip", OpenInferenceErrors.Of, (served, body, envelope) =>
            DescribeServer.RefuseModel(http, served) is { } unknown ? unknown : read(new ReadTextRequest(served), body, envelope)));
}
