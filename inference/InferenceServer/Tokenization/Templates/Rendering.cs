using System.Runtime.CompilerServices;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>What one rendering may use and has used: a template comes with a model and may be hostile.</summary>
internal sealed class Rendering(RenderLimits limits, TimeProvider clock)
{
    private long _steps;
    private double _characters;
    private int _calls;

    public DateTimeOffset Now => clock.GetLocalNow();

    /// <summary>Counts work: statements run, expressions evaluated, items walked.</summary>
    public void Step(long count = 1)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if ((_steps += count) > limits.Steps) throw new TemplateException($"the rendering takes over {limits.Steps} steps");
    }

    /// <summary>Counts the work of going through a whole value.</summary>
    public void Walk(object? value) => Step(Weight.Of(value) / 64);

    /// <summary>Counts the characters of texts and the items of lists, before they are made.</summary>
    public void Allocate(double count)
    {
        if ((_characters += count) > limits.Characters) throw new TemplateException($"the rendering makes over {limits.Characters} characters");
    }

    public string Made(string text)
    {
        Allocate(text.Length);
        return text;
    }

    public string Grow(string left, string right)
    {
        Allocate(left.Length + right.Length);
        return left + right;
    }

    /// <summary>Runs a macro's body, unless too many run within each other.</summary>
    public T Call<T>(Func<T> body)
    {
        if (_calls == limits.Calls) throw new TemplateException($"over {limits.Calls} macros call each other");
        _calls++;
        try
        {
            return body();
        }
        finally
        {
            _calls--;
        }
    }
}

/// <summary>Bounds of one rendering.</summary>
internal sealed record RenderLimits
{
    public static readonly RenderLimits Default = new();

    /// <summary>Statements, expressions and items; 5 million take about a second.</summary>
    public long Steps { get; init; } = 5_000_000;

    /// <summary>Characters written or made on the way; 16 Mi are four times the largest request.</summary>
    public long Characters { get; init; } = 16 * 1024 * 1024;

    /// <summary>Macros that run within each other.</summary>
    public int Calls { get; init; } = 100;
}
