using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>The shape of an answer on the wire: of a chat or of a completion, whole or in pieces.</summary>
internal interface IAnswerForm
{
    object Whole(Generation generation, IReadOnlyList<GeneratedToken> tokens, string rest, Usage usage);

    /// <summary>What a stream begins with, once the prompt has been read.</summary>
    object? Opening(Generation generation);

    object Piece(GeneratedToken token);

    object Closing(FinishReason finish, string rest);

    object UsageOnly(Usage usage);
}
