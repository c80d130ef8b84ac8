using System.Text.Json;

namespace LlmOps.Inference.Endpoints;

/// <summary>A way to ask for answers: what ids begin with, how errors are written, how a body is understood.</summary>
internal sealed record Protocol(string IdPrefix, Func<ApiError, object> ErrorBody, Func<ServedModel, JsonElement, Envelope, Parsed> Read)
{
    public static Protocol OpenAi(string idPrefix, Func<ServedModel, JsonElement, Envelope, Parsed> read) => new(idPrefix, error => error.Body, read);
}
