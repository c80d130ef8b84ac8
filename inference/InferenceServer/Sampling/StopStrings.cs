namespace LlmOps.Inference.Sampling;

/// <summary>Ends an answer before the first of the stop strings, wherever the borders of tokens fall.</summary>
internal sealed class StopStrings(IReadOnlyList<string> stops)
{
    private readonly string[] _stops = [.. stops];
    private string _held = "";

    public bool Stopped { get; private set; }

    /// <summary>Takes the next text and returns what is certain not to belong to a stop string: mostly that text itself.</summary>
    public string Append(string text)
    {
        if (Stopped) return "";
        string pending = _held.Length == 0 ? text : _held + text;
        int end = FirstStop(pending);
        Stopped = end >= 0;
        if (!Stopped) end = pending.Length - LongestBeginning(pending);
        _held = Stopped ? "" : pending[end..];
        return pending[..end];
    }

    /// <summary>What was held back when the answer ended without a stop string.</summary>
    public string Complete()
    {
        string rest = _held;
        _held = "";
        return rest;
    }

    private int FirstStop(string pending)
    {
        int first = -1;
        foreach (string stop in _stops)
        {
            int at = pending.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }
        return first;
    }

    private int LongestBeginning(string pending)
    {
        int longest = 0;
        foreach (string stop in _stops)
        {
            for (int length = Math.Min(stop.Length - 1, pending.Length); length > longest; length--)
            {
                if (pending.AsSpan().EndsWith(stop.AsSpan(0, length), StringComparison.Ordinal)) longest = length;
            }
        }
        return longest;
    }
}
