using System.Text;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>The text of an answer as its tokens come, up to a stop string.</summary>
/// <param name="offset">Where the answer begins in the text that is sent, in UTF-16 units.</param>
internal sealed class Transcript(Tokenizer tokenizer, IReadOnlyList<string> stops, int offset)
{
    private readonly TextStream _text = new(tokenizer, keepSpecial: false);
    private readonly StopStrings _stops = new(stops);
    private int _length = offset;
    private StringBuilder? _kept;

    /// <summary>The text as far as it has come since it was to be kept.</summary>
    public string Kept => _kept?.ToString() ?? "";

    /// <summary>Keeps the whole text from now on.</summary>
    public void Keep() => _kept = new StringBuilder();

    public Transcribed Append(int token)
    {
        string text = _text.Append(token);
        int at = _length;
        _length += text.Length;
        string released = _stops.Append(text);
        _kept?.Append(released);
        return new Transcribed(released, at, _stops.Stopped);
    }

    /// <summary>What is still to be sent once the tokens have ended.</summary>
    public string Complete()
    {
        string rest = _stops.Append(_text.Complete()) + _stops.Complete();
        _kept?.Append(rest);
        return rest;
    }
}
