namespace LlmOps.Inference.Endpoints.Tools;

/// <summary>Streams the text of an answer and holds back what may become a call, which only the end can tell.</summary>
internal sealed class HoldToolCalls(ToolFormat format, FindToolCalls find)
{
    private readonly string _opening = format.Opening.Trim();
    private string _held = "";
    private bool _holds;
    private bool _released;

    /// <summary>Takes the next text and returns what is certain not to belong to a call.</summary>
    public string Append(string text)
    {
        _held = _held.Length == 0 ? text : _held + text;
        if (_holds) return "";
        int start = Start();
        _holds = start < _held.Length && IsOpening(start);
        string released = _held[..start];
        _held = _held[start..];
        _released |= released.Length > 0;
        return released;
    }

    /// <summary>What was held back: further text, and calls.</summary>
    public (string Text, IReadOnlyList<ToolCall> Calls) Complete() => _released && !format.AllowsText ? (_held, []) : find.In(_held);

    // Where a call begins or may begin; a bare object or list only at the answer's beginning.
    private int Start()
    {
        if (format.AllowsText)
        {
            int whole = _held.IndexOf(_opening, StringComparison.Ordinal);
            if (whole >= 0) return whole;
            for (int length = Math.Min(_opening.Length - 1, _held.Length); length > 0; length--)
            {
                if (_held.AsSpan().EndsWith(_opening.AsSpan(0, length), StringComparison.Ordinal)) return _held.Length - length;
            }
            return _held.Length;
        }
        return !_released && (_held.AsSpan().TrimStart() is [] or ['{' or '[', ..]) ? 0 : _held.Length;
    }

    private bool IsOpening(int start) => format.AllowsText
        ? _held.AsSpan(start).StartsWith(_opening, StringComparison.Ordinal)
        : !_released && _held.AsSpan(start).TrimStart() is ['{' or '[', ..];
}
