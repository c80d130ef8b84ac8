using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.Streams;

/// <summary>Writes events straight into a response's buffers; nothing is allocated for one, and nothing sent until it is flushed.</summary>
internal sealed class EventWriter(PipeWriter body) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(body, WireJson.WriterOptions);

    /// <summary>Writes one event; returns its bytes.</summary>
    public long Write(in ServerEvent one)
    {
        body.Write(one.Before.Span);
        long bytes = one.Before.Length + one.After.Length;
        if (one.Text is not null)
        {
            _json.WriteStringValue(one.Text);
            _json.Flush();
            bytes += _json.BytesCommitted;
            _json.Reset();
        }
        body.Write(one.After.Span);
        return bytes;
    }

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancelled) => body.FlushAsync(cancelled);

    public void Dispose()
    {
        // What was cut off on the way must not follow.
        _json.Reset();
        _json.Dispose();
    }
}
