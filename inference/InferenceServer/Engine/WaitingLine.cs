namespace LlmOps.Inference.Engine;

/// <summary>
/// Requests that wait for a row: bounded in number and in tokens, by priority and then by arrival. Written by many threads, read
/// by the engine's.
/// </summary>
internal sealed class WaitingLine(int maxRequests, long maxTokens)
{
    // Waited on and pulsed, which the newer Lock cannot do.
    private readonly object _lock = new();
    private readonly SortedDictionary<(int Priority, long Arrival), Generation> _waiting = [];
    private long _arrivals;
    private long _tokens;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>Adds a request; false when the line is full or closed.</summary>
    public bool TryAdd(Generation generation)
    {
        lock (_lock)
        {
            int tokens = generation.Request.Prompt.Count;
            if (_closed || _waiting.Count >= maxRequests || (_waiting.Count > 0 && _tokens + tokens > maxTokens)) return false;
            _waiting.Add((generation.Request.Priority, _arrivals++), generation);
            _tokens += tokens;
            Monitor.Pulse(_lock);
        }
        return true;
    }

    /// <summary>Takes the first, or returns null.</summary>
    public Generation? Take()
    {
        lock (_lock)
        {
            foreach (KeyValuePair<(int, long), Generation> first in _waiting)
            {
                Remove(first.Key);
                return first.Value;
            }
            return null;
        }
    }

    /// <summary>Takes all that need not wait any more: those whose client has gone, or that have waited for too long.</summary>
    public IReadOnlyList<Generation> TakeWhere(Predicate<Generation> given)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return [];
            KeyValuePair<(int, long), Generation>[] taken = [.. _waiting.Where(one => given(one.Value))];
            foreach (KeyValuePair<(int, long), Generation> one in taken) Remove(one.Key);
            return [.. taken.Select(one => one.Value)];
        }
    }

    /// <summary>Blocks until somebody waits; false once the line is closed and empty.</summary>
    public bool WaitForArrival()
    {
        lock (_lock)
        {
            while (_waiting.Count == 0 && !_closed) Monitor.Wait(_lock);
            return _waiting.Count > 0;
        }
    }

    /// <summary>Takes nobody any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.Pulse(_lock);
        }
    }

    private void Remove((int, long) key)
    {
        _waiting.Remove(key, out Generation? removed);
        _tokens -= removed!.Request.Prompt.Count;
    }
}
