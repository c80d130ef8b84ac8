using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary>A tensor of texts; it has no pieces, since this protocol has no stream of tensors over REST.</summary>
internal sealed class InferForm(string id, ServedModel served) : IAnswerForm
{
    public bool EndsWithDone => false;

    public object Whole(IReadOnlyList<Answered> choices, Usage usage) => new Inferred(
        served.Name, served.Version, id, [new OutputTensor(InferTensors.Output, [choices.Count], "BYTES", [.. choices.Select(choice => choice.Text)])]);

    public object? Opening(Choice choice, Generation generation) => null;

    public object Piece(Choice choice, string text, GeneratedToken? scored) => throw new NotSupportedException();

    public object Closing(Choice choice, FinishReason finish, string rest) => throw new NotSupportedException();

    public object? UsageOnly(Usage usage) => null;
}
