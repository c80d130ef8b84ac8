using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary>One text, whole or in pieces.</summary>
internal sealed class GenerateForm(Envelope envelope, ServedModel served, bool details) : IAnswerForm
{
    public bool EndsWithDone => false;

    public object Whole(IReadOnlyList<Answered> choices, Usage usage) =>
        new Generated(envelope.Id, served.Name, served.Version, choices[0].Text, details ? Details(choices[0]) : null);

    public object? Opening(Choice choice, Generation generation) => null;

    public object Piece(Choice choice, string text, GeneratedToken? scored) => new Generated(envelope.Id, served.Name, served.Version, text, null);

    public object Closing(Choice choice, FinishReason finish, string rest) => new Generated(envelope.Id, served.Name, served.Version, rest, null);

    public object? UsageOnly(Usage usage) => null;

    private GeneratedDetails Details(Answered answered) => new(
        answered.Generation.Finish switch
        {
            FinishReason.Length => "length",
            // An end token adds nothing to the tokens; a stop string ended with one that did.
            _ => answered.Generation.GeneratedCount > answered.Tokens.Count ? "eos_token" : "stop_sequence",
        },
        [.. answered.Tokens.Select(token => new TokenDetails(
            token.Token, token.Score!.LogProbability, served.Tokenizer.IsSpecial(token.Token), served.Tokenizer.Decode([token.Token])))]);
}
