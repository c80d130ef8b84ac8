namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>A template that cannot be read or run; the message names the construct and, where known, the line.</summary>
internal class TemplateException(string message) : Exception(message)
{
    /// <summary>The line of the template, from 1; null where it is not known.</summary>
    public int? Line { get; set; }

    public override string Message => Line is { } line ? $"chat template, line {line}: {base.Message}" : $"chat template: {base.Message}";
}

/// <summary>What a template says itself of a conversation that it does not take.</summary>
internal sealed class TemplateRefusal(string message) : TemplateException(message)
{
    private readonly string _message = message;

    public override string Message => _message;
}
