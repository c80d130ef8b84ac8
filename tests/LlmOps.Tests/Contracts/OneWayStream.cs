namespace LlmOps.Tests.Contracts;

/// <summary>Zeros as a request's body gives them: once, in pieces, of unknown length; it may break before the end.</summary>
public sealed class OneWayStream(int length, bool breaks) : Stream
{
    private int given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => given; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int piece = Math.Min(count, length - given);
        if (piece == 0 && breaks)
        {
            throw new IOException("the sender is gone");
        }
        Array.Clear(buffer, offset, piece);
        given += piece;
        return piece;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
