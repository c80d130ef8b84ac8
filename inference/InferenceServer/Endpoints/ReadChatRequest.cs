using System.Text.Json;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Tokenization;
using LlmOps.Inference.Tokenization.Templates;

namespace LlmOps.Inference.Endpoints;

/// <summary>Understands the body of a chat request.</summary>
internal sealed class ReadChatRequest(ServedModel served, PromptLimit limit)
{
    private const int MostLikeliest = 20;
    private static readonly string[] Roles = ["system", "user", "assistant"];

    public Parsed Read(JsonElement body, Envelope envelope)
    {
        RequestFields fields = new(body);
        if (SharedFields.RefuseModel(fields, served) is { } unknown) return unknown;
        SharedFields shared = SharedFields.Read(fields, served);
        List<ChatMessage> messages = WithSystemPrompt(ReadMessages(fields));
        int? likeliest = ReadLikeliest(fields);
        long? maxTokens = fields.Integer("max_completion_tokens", 1, int.MaxValue) ?? fields.Integer("max_tokens", 1, int.MaxValue);
        if (served.Template is null) fields.Refuse("messages", "This model has no chat template; use /v1/completions.");
        if (fields.Error is { } error) return error;

        string text;
        try
        {
            text = served.Template!.Render(messages);
        }
        catch (TemplateException e)
        {
            return ApiError.Invalid("messages", e.Message);
        }
        if (limit.Encode(text, "messages", framed: false, out int[] prompt) is { } tooLong) return tooLong;
        if (limit.RefuseAnswer(prompt.Length, maxTokens, "messages") is { } noRoom) return noRoom;

        Choice[] choices = [.. Enumerable.Range(0, shared.Count).Select(index =>
        {
            Transcript transcript = new(served.Tokenizer, shared.Stops, offset: 0);
            return new Choice(index, new GenerationRequest
            {
                Prompt = prompt,
                Sampling = shared.SamplingOf(index),
                MaxTokens = (int)(maxTokens ?? served.ContextLength - prompt.Length),
                Likeliest = likeliest,
                Priority = shared.Priority,
                Transcribe = transcript.Append,
            }, transcript);
        })];
        return new ParsedRequest(choices, new ChatForm(envelope, served.Tokenizer), shared);
    }

    private List<ChatMessage> WithSystemPrompt(List<ChatMessage> messages) =>
        served.SystemPrompt is not { } prompt || messages.Any(message => message.Role == "system")
            ? messages
            : [new ChatMessage("system", prompt), .. messages];

    private static int? ReadLikeliest(RequestFields fields)
    {
        bool scored = fields.Flag("logprobs");
        long? likeliest = fields.Integer("top_logprobs", 0, MostLikeliest);
        if (likeliest is not null && !scored) fields.Refuse("top_logprobs", "'top_logprobs' needs 'logprobs' to be true.");
        return scored ? (int)(likeliest ?? 0) : null;
    }

    private static List<ChatMessage> ReadMessages(RequestFields fields)
    {
        List<ChatMessage> messages = [];
        if (fields.Find("messages") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
        {
            fields.Refuse("messages", "'messages' must be a list of at least one message.");
            return messages;
        }
        foreach (JsonElement item in list.EnumerateArray()) messages.Add(ReadMessage(fields, item, $"messages[{messages.Count}]"));
        return messages;
    }

    private static ChatMessage ReadMessage(RequestFields fields, JsonElement item, string param)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse(param, $"'{param}' must be an object.");
            return new ChatMessage("", "");
        }
        bool named = item.TryGetProperty("role", out JsonElement name) && name.ValueKind == JsonValueKind.String;
        string role = named ? fields.TextOf(name, param) : "";
        if (role == "developer") role = "system";
        if (!Roles.Contains(role)) fields.Refuse($"{param}.role", $"'{param}.role' must be system, developer, user or assistant.");
        item.TryGetProperty("content", out JsonElement content);
        return new ChatMessage(role, ReadContent(fields, content, $"{param}.content"));
    }

    private static string ReadContent(RequestFields fields, JsonElement content, string param)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return fields.TextOf(content, param);
            case JsonValueKind.Array when content.EnumerateArray().All(IsText):
                return string.Concat(content.EnumerateArray().Select(part => fields.TextOf(part.GetProperty("text"), param)));
            default:
                fields.Refuse(param, $"'{param}' must be a string or a list of text parts.");
                return "";
        }
    }

    private static bool IsText(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
        && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String;
}
