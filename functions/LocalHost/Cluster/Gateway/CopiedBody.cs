using Microsoft.AspNetCore.Http.Features;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>
/// A request's body that keeps what is read of it, up to a bound. Who reads it does not wait for the copy, and gets the same
/// bytes whether there is one or not.
/// </summary>
internal sealed class CopiedBody : Stream
{
    /// <summary>The longest body that is copied, in bytes.</summary>
    public const int Most = 1 << 20;

    private readonly Stream body;
    private readonly TaskCompletionSource<byte[]?> whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MemoryStream? kept = new();

    private CopiedBody(Stream body) => this.body = body;

    /// <summary>The bytes once the body was read to its end; null when it is too long or was not.</summary>
    public Task<byte[]?> Whole => whole.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Puts itself between a request and whoever forwards it; ends with its disposal.</summary>
    public static CopiedBody Of(HttpContext context)
    {
        CopiedBody copied = new(context.Request.Body);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            copied.whole.SetResult([]);
        }
        else
        {
            context.Request.Body = copied;
        }
        return copied;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span, read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        whole.TrySetResult(null);
        base.Dispose(disposing);
    }

    // A read of nothing, by which a forwarder waits for bytes, is not the end.
    private void Keep(Span<byte> buffer, int read)
    {
        if (kept is null || buffer.IsEmpty)
        {
            return;
        }
        if (read == 0)
        {
            whole.TrySetResult(kept.ToArray());
        }
        else if (kept.Length + read > Most)
        {
            whole.TrySetResult(null);
            kept = null;
        }
        else
        {
            kept.Write(buffer[..read]);
        }
    }
}
