using System.Text.Json;
using System.Text.Json.Serialization;
using LlmOps.Ports;
using Microsoft.AspNetCore.Http;

namespace LlmOps.FunctionApp.Http;

/// <summary>Reads an API request's JSON strictly: a missing or misspelt field is refused, never guessed.</summary>
internal static class JsonBody
{
    private static readonly JsonSerializerOptions Strict = new(Wire.Json)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Hands the request's document to <paramref name="handle"/>; answers 400 or 413 when there is none to hand.</summary>
    public static async Task<IResult> Receive<T>(HttpRequest request, Func<T, Task<Receipt>> handle, CancellationToken cancellation)
    {
        if (await RequestBody.Read(request, BodyLimit.Api, cancellation) is not { } body)
        {
            return Answer.TooLong(BodyLimit.Api);
        }
        T document;
        try
        {
            document = JsonSerializer.Deserialize<T>(body.Span, Strict) ?? throw new JsonException("the document is null");
        }
        catch (JsonException exception)
        {
            return Answer.Invalid(exception.Message);
        }
        return Answer.Of(await handle(document));
    }
}
