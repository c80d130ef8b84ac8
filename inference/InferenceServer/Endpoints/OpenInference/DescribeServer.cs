using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary>What the Open Inference Protocol asks of a server and its models before it sends work: health, readiness, metadata.</summary>
internal sealed class DescribeServer(LiveVersion live, ServerOptions options)
{
    private static readonly string[] Models = ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/health/live", http => WireJson.WriteAsync(http, StatusCodes.Status200OK, new ServerLive(true)));
        routes.MapGet("/v2/health/ready", http => WireJson.WriteAsync(http, ReadyStatus, new ServerReady(IsReady)));
        routes.MapGet("/v2", http => WireJson.WriteAsync(http, StatusCodes.Status200OK, Server));
        foreach (string model in Models)
        {
            routes.MapGet(model, http => Answer(http, _ => StatusCodes.Status200OK, Model));
            routes.MapGet($"{model}/ready", http => Answer(http, ready => ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, (served, ready) => new ModelReady(served.Name, ready)));
        }
    }

    /// <summary>A refusal when the address names a model or a version that is not served here.</summary>
    public static ApiError? RefuseModel(HttpContext http, ServedModel served)
    {
        string model = (string)http.Request.RouteValues["model"]!;
        string? version = (string?)http.Request.RouteValues["version"];
        return served.Answers(version is null ? model : $"{model}@{version}") ? null : ApiError.UnknownModel(version is null ? model : $"{model}@{version}");
    }

    private bool IsReady => live.Current is { Engine.State: EngineState.Ready };

    private int ReadyStatus => IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    private ServerMetadata Server => new(
        "llmops", typeof(DescribeServer).Assembly.GetName().Version!.ToString(3), options.ModelRoot is null ? ["generate"] : ["generate", "model_repository"]);

    private static ModelMetadata Model(ServedModel served, bool ready) => new(
        served.Name, [served.Version], "onnxruntime",
        [new TensorMetadata(InferTensors.Input, "BYTES", [-1])],
        [served.Embedding is { } embedding
            ? new TensorMetadata(InferTensors.Embedding, "FP32", [-1, embedding.Width])
            : new TensorMetadata(InferTensors.Output, "BYTES", [-1])]);

    private Task Answer(HttpContext http, Func<bool, int> status, Func<ServedModel, bool, object> body)
    {
        if (live.Current is not { } version) return ApiError.NothingLoaded(live).WriteAsync(http);
        bool ready = version.Engine.State == EngineState.Ready;
        return RefuseModel(http, version.Model) is { } unknown
            ? unknown.WriteAsync(http)
            : WireJson.WriteAsync(http, status(ready), body(version.Model, ready));
    }
}
