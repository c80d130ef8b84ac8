using LlmOps.Inference.Tokenization.Templates.Functions;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>A function, a method or a macro.</summary>
internal sealed record Callable(string Name, Func<Arguments, object?> Invoke);
