using System.Threading.Channels;

namespace LlmOps.LocalHost.Cluster;

/// <summary>Wakes one loop: however often it is set while the loop is busy, the loop runs once more.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> channel =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => channel.Writer.TryWrite(true);

    /// <summary>Ends a loop after what is set already.</summary>
    public void Close() => channel.Writer.Complete();

    public Task Wait(CancellationToken cancellation) => channel.Reader.ReadAsync(cancellation).AsTask();

    /// <summary>Waits to be set; false once closed and no longer set.</summary>
    public async Task<bool> WaitUnlessClosed() => await channel.Reader.WaitToReadAsync() && channel.Reader.TryRead(out _);
}
