using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Expressions;

/// <summary>Part of a template that has a value.</summary>
internal abstract record Expression
{
    public object? Evaluate(Scope scope)
    {
        scope.Rendering.Step();
        return Compute(scope);
    }

    /// <summary>Evaluates what will be gone through from end to end.</summary>
    public object? EvaluateWhole(Scope scope)
    {
        object? value = Evaluate(scope);
        scope.Rendering.Walk(value);
        return value;
    }

    public bool IsTrue(Scope scope) => Equality.IsTrue(Evaluate(scope));

    protected abstract object? Compute(Scope scope);
}

internal sealed record Literal(object? Value) : Expression
{
    protected override object? Compute(Scope scope) => Value;
}

internal sealed record Variable(string Name) : Expression
{
    protected override object? Compute(Scope scope) => scope[Name];
}

internal sealed record ListOf(IReadOnlyList<Expression> Items, SequenceKind Kind) : Expression
{
    protected override object? Compute(Scope scope)
    {
        scope.Rendering.Allocate(Items.Count);
        return new Sequence([.. Items.Select(item => item.Evaluate(scope))], Kind);
    }
}

internal sealed record MappingOf(IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression
{
    protected override object? Compute(Scope scope)
    {
        scope.Rendering.Allocate(Entries.Count);
        return new Mapping(Entries.Select(entry => KeyValuePair.Create(entry.Key.Evaluate(scope), entry.Value.Evaluate(scope))));
    }
}

internal sealed record Attribute(Expression Container, string Name) : Expression
{
    protected override object? Compute(Scope scope) => Items.Attribute(Container.Evaluate(scope), Name);
}

internal sealed record Item(Expression Container, Expression Key) : Expression
{
    protected override object? Compute(Scope scope)
    {
        object? container = Container.Evaluate(scope);
        if (container is string) scope.Rendering.Walk(container);
        return Items.Item(container, Key.Evaluate(scope));
    }
}

internal sealed record Slice(Expression Container, Expression? From, Expression? To, Expression? Step) : Expression
{
    protected override object? Compute(Scope scope)
    {
        object? container = Container.Evaluate(scope);
        if (container is string or Sequence) scope.Rendering.Allocate(container is string text ? text.Length : Items.Count(container));
        return Items.Slice(container, From?.Evaluate(scope), To?.Evaluate(scope), Step?.Evaluate(scope));
    }
}

/// <summary>One value or another; without another, an undefined one.</summary>
internal sealed record Ternary(Expression Condition, Expression Then, Expression? Otherwise) : Expression
{
    protected override object? Compute(Scope scope) => Condition.IsTrue(scope) ? Then.Evaluate(scope)
        : Otherwise is null ? new Undefined("the condition of an if without an else is false") : Otherwise.Evaluate(scope);
}
