namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>A template that cannot be read or that refuses its input; the message names the construct.</summary>
internal sealed class TemplateException(string message) : Exception(message);
