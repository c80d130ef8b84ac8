namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>Part of a template that has a value.</summary>
internal abstract record Expression
{
    public abstract object? Evaluate(Scope scope);
}

internal sealed record Literal(object? Value) : Expression
{
    public override object? Evaluate(Scope scope) => Value;
}

internal sealed record Name(string Text) : Expression
{
    public override object? Evaluate(Scope scope) => scope[Text];
}

internal sealed record Member(Expression Container, Expression Key) : Expression
{
    public override object? Evaluate(Scope scope) => Values.Member(Container.Evaluate(scope), Key.Evaluate(scope));
}

internal sealed record Slice(Expression Container, Expression? From, Expression? To) : Expression
{
    public override object? Evaluate(Scope scope) => Values.Slice(Container.Evaluate(scope), From?.Evaluate(scope), To?.Evaluate(scope));
}

internal sealed record Not(Expression Operand) : Expression
{
    public override object? Evaluate(Scope scope) => !Values.IsTrue(Operand.Evaluate(scope));
}

internal sealed record And(Expression Left, Expression Right) : Expression
{
    public override object? Evaluate(Scope scope) => Left.Evaluate(scope) is var left && Values.IsTrue(left) ? Right.Evaluate(scope) : left;
}

internal sealed record Or(Expression Left, Expression Right) : Expression
{
    public override object? Evaluate(Scope scope) => Left.Evaluate(scope) is var left && Values.IsTrue(left) ? left : Right.Evaluate(scope);
}

/// <summary>An operator of two values that are both needed.</summary>
internal sealed record Operation(Expression Left, Expression Right, Func<object?, object?, object?> Apply) : Expression
{
    public override object? Evaluate(Scope scope) => Apply(Left.Evaluate(scope), Right.Evaluate(scope));
}

/// <summary>A filter, a test or a method: a function of one value.</summary>
internal sealed record Applied(Expression Operand, Func<object?, object?> Function) : Expression
{
    public override object? Evaluate(Scope scope) => Function(Operand.Evaluate(scope));
}

/// <summary>A template that refuses its input.</summary>
internal sealed record Raise(Expression Message) : Expression
{
    public override object? Evaluate(Scope scope) => throw new TemplateException(Values.Print(Message.Evaluate(scope)));
}
