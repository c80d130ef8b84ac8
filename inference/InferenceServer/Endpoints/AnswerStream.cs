using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>Writes an answer as server-sent events while it grows.</summary>
internal sealed class AnswerStream(HttpContext http, ParsedRequest request, Generation generation)
{
    private bool _opened;

    public async Task Write()
    {
        try
        {
            await foreach (GeneratedToken token in generation.Tokens)
            {
                await Open();
                if (token.Text.Text.Length > 0 || token.Score is not null) await Send(request.Form.Piece(token));
            }
            http.RequestAborted.ThrowIfCancellationRequested();
            await Close();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Fail(AnswerRequest.EngineError(e));
        }
    }

    private async Task Open()
    {
        if (_opened) return;
        _opened = true;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        if (request.Form.Opening(generation) is { } opening) await Send(opening);
    }

    private async Task Close()
    {
        await Open();
        await Send(request.Form.Closing(generation.Finish, request.Transcript.Complete()));
        if (request.Shared.IncludeUsage) await Send(request.Form.UsageOnly(AnswerRequest.UsageOf(generation)));
        await Send("[DONE]"u8.ToArray());
    }

    /// <summary>A status code while there is still one to choose, else an event that says so.</summary>
    private Task Fail(ApiError error) => _opened ? Send(error.Body) : error.WriteAsync(http);

    private Task Send(object body) => Send(WireJson.Bytes(body));

    private async Task Send(byte[] content)
    {
        byte[] line = [.. "data: "u8, .. content, .. "\n\n"u8];
        await http.Response.Body.WriteAsync(line, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
}
