using System.Text.Json;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary>Text to the model's token ids and back, in vLLM's form: what a client needs that counts or cuts by tokens.</summary>
internal sealed class Tokenize(LiveVersion live)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/tokenize", (HttpContext http) => Answer(http, Encode));
        app.MapPost("/detokenize", (HttpContext http) => Answer(http, Decode));
    }

    private static object Encode(RequestFields fields, ServedModel served)
    {
        string text = fields.Text("prompt") ?? "";
        if (fields.Find("prompt") is null) fields.Refuse("prompt", "'prompt' must be a string.");
        if (fields.Error is not null) return fields.Error;
        int[] tokens = served.Tokenizer.Encode(text);
        return new Tokens(tokens.Length, served.ContextLength, tokens);
    }

    private static object Decode(RequestFields fields, ServedModel served)
    {
        if (fields.Find("tokens") is { ValueKind: JsonValueKind.Array } list
            && list.EnumerateArray().All(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int token) && served.Tokenizer.Knows(token)))
        {
            return new Detokenized(served.Tokenizer.Decode(list.EnumerateArray().Select(id => id.GetInt32())));
        }
        return ApiError.Invalid("tokens", "'tokens' must be a list of token ids of this model.");
    }

    private async Task Answer(HttpContext http, Func<RequestFields, ServedModel, object> answer)
    {
        (JsonElement body, ApiError? refusal) = await AnswerRequest.ReadBody(http);
        RequestFields fields = new(body);
        object result = refusal ?? (live.Current is { Model: var served }
            ? SharedFields.RefuseModel(fields, served) ?? answer(fields, served)
            : ApiError.NothingLoaded(live));
        if (result is ApiError error) await error.WriteAsync(http);
        else await WireJson.WriteAsync(http, StatusCodes.Status200OK, result);
    }
}
