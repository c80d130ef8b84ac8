namespace LlmOps.Inference.Engine;

/// <summary>How fast requests end while there are any: what a refused client is told to wait follows from it.</summary>
internal sealed class DrainRate(TimeProvider clock)
{
    private const int Remembered = 32;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Queue<long> _ends = new(Remembered);
    private long _since;
    private long _last;
    private TimeSpan _before;

    /// <summary>Records that work begins after a time without any, which must not count as slowness.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_ends.Count > 0) _before = clock.GetElapsedTime(_since, _last) / _ends.Count;
            _ends.Clear();
            _since = clock.GetTimestamp();
        }
    }

    /// <summary>Records that a request has ended.</summary>
    public void Ended()
    {
        lock (_lock)
        {
            if (_ends.Count == Remembered) _since = _ends.Dequeue();
            _ends.Enqueue(_last = clock.GetTimestamp());
        }
    }

    /// <summary>The time until so many waiting requests have ended, in whole seconds from 1 to 60; 1 while nothing is known.</summary>
    public TimeSpan TimeFor(int waiting)
    {
        lock (_lock)
        {
            TimeSpan each = _ends.Count > 0 ? clock.GetElapsedTime(_since) / _ends.Count : _before;
            TimeSpan time = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(each.TotalSeconds * waiting, Most.TotalSeconds)));
            return time < Least ? Least : time;
        }
    }
}
