using System.Text.Json;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization;

/// <summary>What a template is given, under the names that Hugging Face gives it.</summary>
internal sealed class TemplateValues(IReadOnlyDictionary<string, object?> specialTokens)
{
    /// <summary>Variables that a request cannot set by name.</summary>
    public static readonly IReadOnlySet<string> Reserved = new HashSet<string> { "messages", "tools", "add_generation_prompt" };

    public Dictionary<string, object?> Of(IReadOnlyList<ChatMessage> messages, ChatOptions options, TemplateHabits habits)
    {
        Dictionary<string, object?> values = new(specialTokens) { ["documents"] = null };
        foreach ((string name, object? value) in options.Variables) values[name] = value;
        values["messages"] = new Sequence([.. messages.Select(message => Message(message, habits))]);
        values["tools"] = options.Tools;
        values["add_generation_prompt"] = options.AddGenerationPrompt;
        return values;
    }

    private static Mapping Message(ChatMessage message, TemplateHabits habits)
    {
        List<KeyValuePair<string, object?>> entries = [new("role", message.Role), new("content", Content(message.Content, habits))];
        if (message.Name is not null) entries.Add(new("name", message.Name));
        if (message.ReasoningContent is not null) entries.Add(new("reasoning_content", message.ReasoningContent));
        if (message.ToolCalls.Count > 0) entries.Add(new("tool_calls", new Sequence([.. message.ToolCalls.Select(call => ToolCall(call, habits))])));
        if (message.ToolCallId is not null) entries.Add(new("tool_call_id", message.ToolCallId));
        return new Mapping(entries);
    }

    private static object? Content(string? content, TemplateHabits habits) => (content, habits) switch
    {
        (null, { ContentNeverNull: false }) => null,
        (_, { ContentAsParts: true }) => new Sequence([Entries(("type", "text"), ("text", content ?? ""))]),
        _ => content ?? "",
    };

    private static Mapping ToolCall(ChatToolCall call, TemplateHabits habits)
    {
        object? arguments = call.Arguments;
        if (!habits.ArgumentsAsText)
        {
            using JsonDocument json = JsonDocument.Parse(call.Arguments);
            arguments = FromJson.Value(json.RootElement);
        }
        return Entries(("id", call.Id), ("type", "function"), ("function", Entries(("name", call.Name), ("arguments", arguments))));
    }

    private static Mapping Entries(params (string Name, object? Value)[] entries) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));
}
