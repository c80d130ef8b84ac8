using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>Writes answers as server-sent events while they grow; the pieces of several choices come as they are ready.</summary>
/// <param name="http">Where to write.</param>
/// <param name="protocol">How errors are written.</param>
/// <param name="request">What was asked for.</param>
/// <param name="generations">The engine's answer for each choice.</param>
/// <param name="seen">Is told each token of each choice, in the choices' order.</param>
internal sealed class AnswerStream(HttpContext http, Protocol protocol, ParsedRequest request, IReadOnlyList<Generation> generations, IReadOnlyList<List<GeneratedToken>>? seen)
    : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly RequestRecord _record = RequestRecord.Of(http);
    private bool _opened;

    /// <summary>Writes all; returns whether it could.</summary>
    public async Task<bool> Write()
    {
        try
        {
            await Task.WhenAll(request.Choices.Select(Write));
            http.RequestAborted.ThrowIfCancellationRequested();
            if (request.Shared.IncludeUsage && request.Form.UsageOnly(AnswerRequest.UsageOf(generations)) is { } usage) await Send(usage);
            if (request.Form.EndsWithDone) await Send("[DONE]"u8.ToArray());
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Fail(AnswerRequest.EngineError(e));
            return false;
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task Write(Choice choice)
    {
        Generation generation = generations[choice.Index];
        bool opened = false;
        await foreach (GeneratedToken token in generation.Tokens)
        {
            if (!opened) await Open(choice, generation);
            opened = true;
            seen?[choice.Index].Add(token);
            if ((token.Text.Text.Length > 0 || token.Score is not null) && request.Form.Piece(choice, token) is { } piece) await Send(piece);
        }
        if (!opened) await Open(choice, generation);
        await Send(request.Form.Closing(choice, generation.Finish, choice.Transcript.Complete()));
    }

    private async Task Open(Choice choice, Generation generation)
    {
        if (request.Form.Opening(choice, generation) is { } opening) await Send(opening);
    }

    /// <summary>A status code while there is still one to choose, else an event that says so.</summary>
    private Task Fail(ApiError error)
    {
        _record.Error = error.Word;
        return _opened ? Send(protocol.ErrorBody(error)) : error.WriteAsync(http, protocol);
    }

    private Task Send(object body) => Send(WireJson.Bytes(body));

    private async Task Send(byte[] content)
    {
        byte[] line = [.. "data: "u8, .. content, .. "\n\n"u8];
        await _writing.WaitAsync(http.RequestAborted);
        try
        {
            if (!_opened)
            {
                _opened = true;
                http.Response.ContentType = "text/event-stream";
                http.Response.Headers.CacheControl = "no-cache";
            }
            _record.AnsweredBytes += line.Length;
            await http.Response.Body.WriteAsync(line, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        finally
        {
            _writing.Release();
        }
    }
}
