using System.Text.Json;
using LlmOps.Inference.Endpoints.Tools;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Tokenization;
using LlmOps.Inference.Tokenization.Templates;

namespace LlmOps.Inference.Endpoints;

/// <summary>Understands the body of a chat request.</summary>
internal sealed class ReadChatRequest(ServedModel served)
{
    private readonly PromptLimit _limit = new(served);

    public Parsed Read(JsonElement body, Envelope envelope)
    {
        RequestFields fields = new(body);
        if (SharedFields.RefuseModel(fields, served) is { } unknown) return unknown;
        SharedFields shared = SharedFields.Read(fields, served, takesTools: true);
        List<ChatMessage> messages = WithSystemPrompt(new ReadMessages(fields).Read());
        ChatOptions options = new ReadChatOptions(fields).Read(served.Template);
        (ToolUse? tools, TextRule? calls) = ReadTools.From(fields, served, envelope);
        int? likeliest = ReadLikeliest(fields);
        long? maxTokens = fields.Integer("max_completion_tokens", 1, int.MaxValue) ?? fields.Integer("max_tokens", 1, int.MaxValue);
        if (served.Template is null) fields.Refuse("messages", "This model has no chat template; use /v1/completions.");
        if (served.Template is { RendersToolCalls: false } && messages.FindIndex(message => message.ToolCalls.Count > 0) is var at and >= 0)
        {
            fields.Refuse($"messages[{at}].tool_calls", "This model's chat template has no place for 'tool_calls'.");
        }
        if (fields.Error is { } error) return error;

        string text;
        try
        {
            text = served.Template!.Render(messages, options);
        }
        catch (TemplateException e)
        {
            return ApiError.Invalid("messages", e.Message);
        }
        if (_limit.Encode(text, "messages", framed: false, out int[] prompt) is { } tooLong) return tooLong;
        if (_limit.RefuseAnswer(prompt.Length, maxTokens, "messages") is { } noRoom) return noRoom;

        if (calls is not null) shared = shared with { Sampling = shared.Sampling with { Constraint = calls } };
        Choice[] choices = [.. Enumerable.Range(0, shared.Count).Select(index =>
            shared.ChoiceOf(index, prompt, maxTokens ?? served.ContextLength - prompt.Length, likeliest, served.Tokenizer))];
        return new ParsedRequest(choices, new ChatForm(envelope, served.Tokenizer, tools), shared);
    }

    private List<ChatMessage> WithSystemPrompt(List<ChatMessage> messages) =>
        served.SystemPrompt is not { } prompt || messages.Any(message => message.Role == "system")
            ? messages
            : [new ChatMessage("system", prompt), .. messages];

    private static int? ReadLikeliest(RequestFields fields)
    {
        bool scored = fields.Flag("logprobs");
        long? likeliest = fields.Integer("top_logprobs", 0, SharedFields.MostLikeliest);
        if (likeliest is not null && !scored) fields.Refuse("top_logprobs", "'top_logprobs' needs 'logprobs' to be true.");
        return scored ? (int)(likeliest ?? 0) : null;
    }
}
