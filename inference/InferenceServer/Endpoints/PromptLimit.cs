using System.Text;

namespace LlmOps.Inference.Endpoints;

/// <summary>Keeps prompts and answers within the model's context.</summary>
internal sealed class PromptLimit(ServedModel served)
{
    /// <summary>Encodes a prompt, unless its bytes alone show that it cannot fit.</summary>
    /// <param name="text">The prompt.</param>
    /// <param name="param">The field that holds it.</param>
    /// <param name="framed">Whether the model's own tokens are put around it, as around a text that is not a rendered chat.</param>
    /// <param name="prompt">Its tokens.</param>
    public ApiError? Encode(string text, string param, bool framed, out int[] prompt)
    {
        prompt = [];
        int fewest = Encoding.UTF8.GetByteCount(text) / served.Tokenizer.LongestToken;
        if (fewest > served.ContextLength) return ApiError.TooLong(served.ContextLength, param, $"the prompt has over {fewest}");
        prompt = framed ? served.Tokenizer.EncodeFramed(text) : served.Tokenizer.Encode(text);
        return prompt.Length == 0 ? ApiError.Invalid(param, $"'{param}' must not be empty.") : null;
    }

    /// <summary>Refuses a request whose answer has no room.</summary>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="answer">Tokens that the request allows the answer, or null for as many as fit.</param>
    /// <param name="param">The field that holds the prompt.</param>
    public ApiError? RefuseAnswer(int prompt, long? answer, string param)
    {
        if (prompt + (answer ?? 1) <= served.ContextLength) return null;
        string cause = prompt >= served.ContextLength ? param : "max_tokens";
        return ApiError.TooLong(served.ContextLength, cause, $"the prompt has {prompt} and the answer may take {answer ?? 1}");
    }
}
