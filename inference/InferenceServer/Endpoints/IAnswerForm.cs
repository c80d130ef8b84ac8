using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>The shape of an answer on the wire: of a chat or of a completion, whole or in pieces.</summary>
internal interface IAnswerForm
{
    object Whole(IReadOnlyList<Answered> choices, Usage usage);

    /// <summary>What a choice's stream begins with, once the prompt has been read.</summary>
    object? Opening(Choice choice, Generation generation);

    /// <summary>The text to send now that some more has come; some may have to wait.</summary>
    string Release(Choice choice, string text) => text;

    /// <summary>A piece of a stream. Those of one choice without scores differ in nothing but their text.</summary>
    /// <param name="choice">The answer that it is of.</param>
    /// <param name="text">Its text.</param>
    /// <param name="scored">The token with its score, where that is to be told.</param>
    object Piece(Choice choice, string text, GeneratedToken? scored);

    object Closing(Choice choice, FinishReason finish, string rest);

    /// <summary>What ends a stream whose client asked for it, or null where there is no such thing.</summary>
    object? UsageOnly(Usage usage);

    /// <summary>Whether a stream ends with OpenAI's word for it.</summary>
    bool EndsWithDone => true;
}
