using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>One of the answers that a request asks for.</summary>
/// <param name="Index">Its place among them.</param>
/// <param name="Echo">Text of its prompt where that is to be repeated, else empty.</param>
internal sealed record Choice(int Index, GenerationRequest Request, Transcript Transcript, string Echo = "");

/// <summary>A choice that has been answered: its tokens, and the text that was held back until the end.</summary>
internal sealed record Answered(Choice Choice, Generation Generation, IReadOnlyList<GeneratedToken> Tokens, string Rest)
{
    public string Text => Choice.Echo + string.Concat(Tokens.Select(token => token.Text.Text)) + Rest;
}
