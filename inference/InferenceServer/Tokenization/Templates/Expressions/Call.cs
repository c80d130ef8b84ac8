using LlmOps.Inference.Tokenization.Templates.Functions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Expressions;

/// <summary>What stands between the parentheses of a call.</summary>
internal sealed record CallArguments(
    IReadOnlyList<Expression> Given, IReadOnlyList<(string Name, Expression Value)> Named, Expression? Spread = null, Expression? NamedSpread = null)
{
    public static readonly CallArguments None = new([], []);

    public Arguments Evaluate(string callee, Scope scope)
    {
        List<object?> given = [.. Given.Select(one => one.Evaluate(scope))];
        if (Spread is not null) given.AddRange(Items.Of(Spread.Evaluate(scope)));
        Dictionary<string, object?> named = [];
        foreach ((string name, Expression value) in Named) Add(named, name, value.Evaluate(scope));
        if (NamedSpread?.Evaluate(scope) is { } spread)
        {
            if (spread is not Mapping mapping) throw new TemplateException($"** of {Describe.Kind(spread)}");
            foreach ((object key, object? value) in mapping.Entries) Add(named, key as string ?? throw new TemplateException("** of keys that are no strings"), value);
        }
        return new Arguments(callee, given, named, scope.Rendering);
    }

    private static void Add(Dictionary<string, object?> named, string name, object? value)
    {
        if (!named.TryAdd(name, value)) throw new TemplateException($"the argument {name} is given twice");
    }
}

/// <summary>A call of a function, a macro or a method.</summary>
internal sealed record Call(Expression Callee, CallArguments Arguments) : Expression
{
    protected override object? Compute(Scope scope) => Callee.Evaluate(scope) switch
    {
        Callable callable => callable.Invoke(Arguments.Evaluate(callable.Name, scope)),
        Undefined undefined => throw undefined.Fail(),
        var other => throw new TemplateException($"{Describe.Kind(other)} is no function"),
    };
}

/// <summary>A filter upon a value; the operand of a filter block is what the block writes.</summary>
internal sealed record Filtered(Expression Operand, string Name, Filter Filter, CallArguments Arguments) : Expression
{
    protected override object? Compute(Scope scope) => Filter(Operand.EvaluateWhole(scope), Arguments.Evaluate(Name, scope));
}

/// <summary>A test of a value, as after <c>is</c>.</summary>
internal sealed record Tested(Expression Operand, string Name, Test Test, CallArguments Arguments) : Expression
{
    protected override object? Compute(Scope scope) => Test(Operand.EvaluateWhole(scope), Arguments.Evaluate(Name, scope));
}
