using System.Runtime.CompilerServices;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Streams;

/// <summary>
/// Writes answers as server-sent events while they grow; the pieces of several choices come as they are ready. A token that is plain
/// text is an event and a flush, and allocates nothing.
/// </summary>
/// <param name="http">Where to write.</param>
/// <param name="protocol">How errors are written.</param>
/// <param name="request">What was asked for.</param>
/// <param name="generations">The engine's answer for each choice.</param>
/// <param name="seen">Is told each token of each choice, in the choices' order.</param>
internal sealed class AnswerStream(HttpContext http, Protocol protocol, ParsedRequest request, IReadOnlyList<Generation> generations, IReadOnlyList<List<GeneratedToken>>? seen)
    : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly EventWriter _events = new(http.Response.BodyWriter);
    private readonly RequestRecord _record = RequestRecord.Of(http);
    private readonly CancellationToken _left = http.RequestAborted;
    private bool _opened;

    /// <summary>Writes all; returns whether it could.</summary>
    public async Task<bool> Write()
    {
        try
        {
            await Task.WhenAll(request.Choices.Select(Write));
            _left.ThrowIfCancellationRequested();
            if (request.Shared.IncludeUsage && request.Form.UsageOnly(AnswerRequest.UsageOf(generations)) is { } usage) await Send(usage);
            if (request.Form.EndsWithDone) await Send(ServerEvent.Of("[DONE]"u8));
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Fail(AnswerRequest.EngineError(e));
            return false;
        }
    }

    public void Dispose()
    {
        _events.Dispose();
        _writing.Dispose();
    }

    private async Task Write(Choice choice)
    {
        Generation generation = generations[choice.Index];
        TextFrame? frame = null;
        bool opened = false;
        await foreach (GeneratedToken token in generation.Tokens)
        {
            if (!opened) await Open(choice, generation);
            opened = true;
            seen?[choice.Index].Add(token);
            string text = request.Form.Release(choice, token.Text.Text);
            if (token.Score is not null) await Send(request.Form.Piece(choice, text, token));
            else if (text.Length > 0) await Send((frame ??= new TextFrame(any => request.Form.Piece(choice, any, null))).Around(text));
        }
        if (!opened) await Open(choice, generation);
        await Send(request.Form.Closing(choice, generation.Finish, choice.Transcript.Complete()));
    }

    private async Task Open(Choice choice, Generation generation)
    {
        if (request.Form.Opening(choice, generation) is { } opening) await Send(opening);
    }

    /// <summary>A status code while there is still one to choose, else an event that says so.</summary>
    private async Task Fail(ApiError error)
    {
        _record.Error = error.Word;
        if (_opened) await Send(protocol.ErrorBody(error));
        else await error.WriteAsync(http, protocol);
    }

    private ValueTask Send(object body) => Send(ServerEvent.Of(WireJson.Bytes(body)));

    // Its state is taken from a pool where it has to wait, for the client or for another choice.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Send(ServerEvent one)
    {
        await _writing.WaitAsync(_left);
        try
        {
            if (!_opened)
            {
                _opened = true;
                http.Response.ContentType = "text/event-stream";
                http.Response.Headers.CacheControl = "no-cache";
                await http.Response.StartAsync(_left);
            }
            _record.AnsweredBytes += _events.Write(one);
            await _events.FlushAsync(_left);
        }
        finally
        {
            _writing.Release();
        }
    }
}
