namespace LlmOps.Inference.Engine;

/// <summary>How fast requests end, measured over the last of them: what a refused client is told to wait follows from it.</summary>
internal sealed class DrainRate(TimeProvider clock)
{
    private const int Remembered = 32;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Queue<long> _ends = new(Remembered);

    /// <summary>Records that a request has ended.</summary>
    public void Ended()
    {
        lock (_lock)
        {
            if (_ends.Count == Remembered) _ends.Dequeue();
            _ends.Enqueue(clock.GetTimestamp());
        }
    }

    /// <summary>The time until so many waiting requests have ended, in whole seconds from 1 to 60; 1 while nothing is known.</summary>
    public TimeSpan TimeFor(int waiting)
    {
        lock (_lock)
        {
            if (_ends.Count == 0) return Least;
            double each = clock.GetElapsedTime(_ends.Peek()).TotalSeconds / _ends.Count;
            TimeSpan time = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(each * waiting, Most.TotalSeconds)));
            return time < Least ? Least : time;
        }
    }
}
