namespace LlmOps.Inference.Engine;

/// <summary>
/// Requests that wait for a row: bounded in number and in tokens, by priority and then by arrival. Written by many threads, read
/// by the engine's, whose every turn looks into it: where nobody waits, that allocates nothing.
/// </summary>
internal sealed class WaitingLine<T>(int maxRequests, long maxTokens)
    where T : EngineRequest
{
    // Waited on and pulsed, which the newer Lock cannot do.
    private readonly object _lock = new();
    private readonly SortedDictionary<(int Priority, long Arrival), T> _waiting = [];
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
    public bool TryAdd(T request)
    {
        lock (_lock)
        {
            int tokens = request.TokenCount;
            if (_closed || _waiting.Count >= maxRequests || (_waiting.Count > 0 && _tokens + tokens > maxTokens)) return false;
            _waiting.Add((request.Priority, _arrivals++), request);
            _tokens += tokens;
            Monitor.Pulse(_lock);
        }
        return true;
    }

    /// <summary>Takes the first, or returns null.</summary>
    public T? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return null;
            foreach (KeyValuePair<(int, long), T> first in _waiting)
            {
                Remove(first.Key);
                return first.Value;
            }
            return null;
        }
    }

    /// <summary>Takes all that need not wait any more: those whose client has gone, or that have waited for too long.</summary>
    public IReadOnlyList<T> TakeWhere(Predicate<T> given)
    {
        lock (_lock)
        {
            return _waiting.Count == 0 ? [] : Remove(given);
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

    private T[] Remove(Predicate<T> given)
    {
        KeyValuePair<(int, long), T>[] taken = [.. _waiting.Where(one => given(one.Value))];
        foreach (KeyValuePair<(int, long), T> one in taken) Remove(one.Key);
        return [.. taken.Select(one => one.Value)];
    }

    private void Remove((int, long) key)
    {
        _waiting.Remove(key, out T? removed);
        _tokens -= removed!.TokenCount;
    }
}
