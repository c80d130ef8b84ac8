using System.IO.Pipelines;
using LlmOps.Inference.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmOps.Tests.Inference.Endpoints.Streams;

/// <summary>What a token of a streamed answer costs the collector, in bytes, where it is plain text.</summary>
public sealed class StreamMemoryTests
{
    private const string Chat = "\"model\":\"tiny-ops\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true";

    [Theory]
    [InlineData("chat", $"{{{Chat}}}")]
    [InlineData("chat", $"{{{Chat},\"stop\":[\"zebra\",\"\\n\\n\"]}}")]
    [InlineData("chat", $"{{{Chat},\"tools\":[{{\"type\":\"function\",\"function\":{{\"name\":\"now\"}}}}]}}")]
    [InlineData("completions", "{\"model\":\"tiny-ops\",\"prompt\":\"Hi\",\"stream\":true}")]
    [InlineData("generate_stream", "{\"text_input\":\"Hi\"}")]
    public void Writing_of_a_token_takes_no_memory(string endpoint, string body)
    {
        Written(endpoint, body, tokens: 200);
        (long few, long fewEvents) = Written(endpoint, body, tokens: 100);
        (long many, long manyEvents) = Written(endpoint, body, tokens: 3100);
        Assert.Equal(3000, manyEvents - fewEvents);
        // Not one byte a token; some room for what the runtime does once.
        Assert.InRange(many - few, -1000, 1000);
    }

    // All tokens are there already and the client takes all at once, so that everything happens on this thread.
    private static (long Bytes, long Flushes) Written(string endpoint, string body, int tokens)
    {
        ScriptedStream stream = new ScriptedStream(endpoint, body).Answer(0, Enumerable.Repeat(ScriptedStream.Tokens("The capital of Greece \"is\" Athens, I think. "), tokens).SelectMany(text => text).Take(tokens));
        EndlessBody taken = new();
        DefaultHttpContext http = new();
        http.Features.Set<IHttpResponseBodyFeature>(taken);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Task written = stream.Write(http);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(written.IsCompletedSuccessfully, written.Exception?.Message);
        return (bytes, taken.Flushes);
    }

    /// <summary>The body of a response whose client is faster than any answer.</summary>
    private sealed class EndlessBody : PipeWriter, IHttpResponseBodyFeature
    {
        private readonly byte[] _memory = new byte[65536];

        public int Flushes { get; private set; }

        public PipeWriter Writer => this;

        public Stream Stream => AsStream();

        public override void Advance(int bytes) => ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _memory.Length);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory;

        public override Span<byte> GetSpan(int sizeHint = 0) => _memory;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return default;
        }

        public override void CancelPendingFlush() => throw new NotSupportedException();

        public override void Complete(Exception? exception = null)
        {
        }

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
