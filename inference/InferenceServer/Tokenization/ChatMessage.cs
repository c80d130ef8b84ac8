namespace LlmOps.Inference.Tokenization;

/// <summary>One turn of a conversation.</summary>
internal sealed record ChatMessage(string Role, string? Content)
{
    /// <summary>Who speaks, or for a tool's result which tool.</summary>
    public string? Name { get; init; }

    /// <summary>What the assistant thought before it answered.</summary>
    public string? ReasoningContent { get; init; }

    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    /// <summary>The call that a tool's result answers.</summary>
    public string? ToolCallId { get; init; }
}

/// <summary>A function that the assistant asked for; its arguments are a JSON object as text.</summary>
internal sealed record ChatToolCall(string Id, string Name, string Arguments);

/// <summary>What besides the messages goes into a prompt.</summary>
internal sealed record ChatOptions
{
    /// <summary>The functions that the model may call, as values of a template; null where there are none.</summary>
    public object? Tools { get; init; }

    /// <summary>Further variables, such as <c>enable_thinking</c>.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>();

    /// <summary>Whether the prompt ends where the assistant's answer begins.</summary>
    public bool AddGenerationPrompt { get; init; } = true;
}
