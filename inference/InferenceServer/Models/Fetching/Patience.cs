namespace LlmOps.Inference.Models.Fetching;

/// <summary>Waits for an origin as long as it sends something now and then.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _silent;
    private readonly CancellationTokenSource _either;

    public Patience(TimeSpan silence, TimeProvider clock, CancellationToken cancellation)
    {
        _silence = silence;
        _silent = new CancellationTokenSource(silence, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silent.Token, cancellation);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Reads what has come; 0 at the end.</summary>
    public async Task<int> Read(Stream body, Memory<byte> buffer)
    {
        _silent.CancelAfter(_silence);
        return await body.ReadAsync(buffer, Token);
    }

    public void Dispose()
    {
        _either.Dispose();
        _silent.Dispose();
    }
}
