namespace LlmOps.Inference.Endpoints.Tools;

/// <summary>How a model writes that it calls a function. Models learn it in training; their chat template shows which one.</summary>
/// <param name="Opening">What a call begins with, before its JSON.</param>
/// <param name="Between">What is between the JSON of two calls; null where there is never more than one.</param>
/// <param name="Closing">What it ends with.</param>
/// <param name="Arguments">The member that holds the arguments, beside <c>name</c>.</param>
internal sealed record ToolFormat(string Opening, string? Between, string Closing, string Arguments)
{
    /// <summary>Tags around the object, as Hermes, Qwen and SmolLM write it.</summary>
    public static ToolFormat Tagged { get; } = new("<tool_call>\n", "\n</tool_call>\n<tool_call>\n", "\n</tool_call>", "arguments");

    /// <summary>A list of objects as the whole answer, as Mistral writes it; its own token before the list is no text.</summary>
    public static ToolFormat Listed { get; } = new("[", ", ", "]", "arguments");

    /// <summary>An object as the whole answer, as Llama 3 writes it.</summary>
    public static ToolFormat Bare { get; } = new("", null, "", "parameters");

    /// <summary>The format that a chat template shows to its model.</summary>
    public static ToolFormat Of(string template) =>
        template.Contains("<tool_call>", StringComparison.Ordinal) ? Tagged
        : template.Contains("[TOOL_CALLS]", StringComparison.Ordinal) ? Listed
        : Bare;

    /// <summary>Whether text may be before a call.</summary>
    public bool AllowsText => this == Tagged;
}
