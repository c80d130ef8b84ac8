using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.Streams;

/// <summary>
/// What all events of one choice have around their text, encoded once. It is cut out of the event as it is serialised, so that there is
/// one description of its shape.
/// </summary>
internal sealed class TextFrame
{
    private readonly byte[] _before;
    private readonly byte[] _after;

    /// <param name="piece">The body of an event with a text, which is in it once and as a JSON string.</param>
    public TextFrame(Func<string, object> piece)
    {
        byte[] empty = WireJson.Bytes(piece(""));
        // The two differ first where the one ends the string and the other begins its text: behind the opening quote.
        int text = empty.AsSpan().CommonPrefixLength(WireJson.Bytes(piece("-")));
        _before = [.. ServerEvent.Beginning, .. empty.AsSpan(0, text - 1)];
        _after = [.. empty.AsSpan(text + 1), .. ServerEvent.End];
    }

    /// <summary>The event with this text.</summary>
    public ServerEvent Around(string text) => new(_before, text, _after);
}
