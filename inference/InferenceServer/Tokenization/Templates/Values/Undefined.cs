namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>What a name or a member that was never set stands for: prints as nothing, and fails where it is worked with.</summary>
internal sealed class Undefined(string what)
{
    public TemplateException Fail() => new(what);
}
