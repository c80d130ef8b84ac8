using System.Text.Json;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Reports;

/// <summary>What becomes known of one HTTP request on its way, for the metrics, its line in the log and its span.</summary>
/// <param name="arrivedAt">Timestamp of its arrival.</param>
/// <param name="endpoint">The name of the inference endpoint that it asks; null of any other.</param>
internal sealed class RequestRecord(long arrivedAt, string? endpoint)
{
    public long ArrivedAt => arrivedAt;

    public string? Endpoint => endpoint;

    /// <summary>What OpenTelemetry's conventions call the request.</summary>
    public string Operation => Model?.Embedding is not null || endpoint == "embeddings" ? "embeddings" : endpoint == "chat_completions" ? "chat" : "text_completion";

    /// <summary>The id that its answer bears; null of one that was not understood.</summary>
    public string? Id { get; private set; }

    /// <summary>The version that it was understood by.</summary>
    public ServedModel? Model { get; private set; }

    /// <summary>The model as the request names it, if it is served here.</summary>
    public string? AskedModel { get; private set; }

    public ParsedRequest? Asked { get; private set; }

    /// <summary>Its answers in the engine's hands; fewer than asked for where one was refused.</summary>
    public IReadOnlyList<Generation> Generations { get; private set; } = [];

    /// <summary>Whether its answers were kept from another request: the model has done nothing for them.</summary>
    public bool FromCache { get; set; }

    /// <summary>Name of the holder of its key.</summary>
    public string? Key { get; set; }

    /// <summary>One of few words for why it was not answered; null of a success.</summary>
    public string? Error { get; set; }

    /// <summary>HTTP status code that its client saw; 499 is a client that left.</summary>
    public int Status { get; set; } = StatusCodes.Status500InternalServerError;

    /// <summary>Bytes of the answer's body.</summary>
    public long AnsweredBytes { get; set; }

    /// <summary>The record of a request; one that nobody reports where none was begun.</summary>
    public static RequestRecord Of(HttpContext http) => http.Features.Get<RequestRecord>() ?? new RequestRecord(0, null);

    /// <summary>Learns what a request asks for, before it is given to the engine.</summary>
    public void Understood(ServedModel model, string id, JsonElement body, ParsedRequest asked, IReadOnlyList<Generation> generations)
    {
        (Id, Asked, Generations) = (id, asked, generations);
        Understood(model, body);
    }

    /// <summary>Learns what a request asks for that makes no text.</summary>
    public void Understood(ServedModel model, JsonElement body)
    {
        Model = model;
        bool named = body.TryGetProperty("model", out JsonElement name) && name.ValueKind == JsonValueKind.String;
        AskedModel = named && model.Answers(name.GetString()!) ? name.GetString() : model.Name;
    }

    /// <summary>How its answers ended, each way once.</summary>
    public string[] Ends() => [.. Generations.Select(one => one.Finish.ToString().ToLowerInvariant()).Distinct()];
}
