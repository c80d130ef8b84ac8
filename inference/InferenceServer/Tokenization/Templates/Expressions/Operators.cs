using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Expressions;

internal sealed record Not(Expression Operand) : Expression
{
    protected override object? Compute(Scope scope) => !Operand.IsTrue(scope);
}

internal sealed record And(Expression Left, Expression Right) : Expression
{
    protected override object? Compute(Scope scope) => Left.Evaluate(scope) is var left && Equality.IsTrue(left) ? Right.Evaluate(scope) : left;
}

internal sealed record Or(Expression Left, Expression Right) : Expression
{
    protected override object? Compute(Scope scope) => Left.Evaluate(scope) is var left && Equality.IsTrue(left) ? left : Right.Evaluate(scope);
}

internal sealed record Sign(bool Minus, Expression Operand) : Expression
{
    protected override object? Compute(Scope scope) => Minus ? Arithmetic.Negated(Operand.Evaluate(scope)) : Arithmetic.Apply("+", 0L, Operand.Evaluate(scope), scope.Rendering);
}

internal sealed record Operation(string Symbol, Expression Left, Expression Right) : Expression
{
    protected override object? Compute(Scope scope) => Arithmetic.Apply(Symbol, Left.Evaluate(scope), Right.Evaluate(scope), scope.Rendering);
}

/// <summary>Values one after the other as one text.</summary>
internal sealed record Concatenation(IReadOnlyList<Expression> Parts) : Expression
{
    protected override object? Compute(Scope scope) => scope.Rendering.Made(string.Concat(Parts.Select(part => Print.Text(part.Evaluate(scope)))));
}

/// <summary>A chain like <c>0 &lt; n &lt;= 9</c>: each operand is evaluated at most once.</summary>
internal sealed record Comparison(Expression First, IReadOnlyList<(string Symbol, Expression Operand)> Rest) : Expression
{
    protected override object? Compute(Scope scope)
    {
        object? left = First.Evaluate(scope);
        foreach ((string symbol, Expression operand) in Rest)
        {
            object? right = operand.Evaluate(scope);
            if (!Holds(symbol, left, right, scope.Rendering)) return false;
            left = right;
        }
        return true;
    }

    public static bool Holds(string symbol, object? left, object? right, Rendering rendering)
    {
        rendering.Walk(left);
        rendering.Walk(right);
        return symbol switch
        {
            "==" => Equality.Same(left, right),
            "!=" => !Equality.Same(left, right),
            "in" => Equality.Contains(right, left),
            "not in" => !Equality.Contains(right, left),
            _ when (left is double a && double.IsNaN(a)) || (right is double b && double.IsNaN(b)) => false,
            "<" => Equality.Compare(left, right) < 0,
            "<=" => Equality.Compare(left, right) <= 0,
            ">" => Equality.Compare(left, right) > 0,
            ">=" => Equality.Compare(left, right) >= 0,
            _ => throw new TemplateException($"the operator {symbol} is not supported"),
        };
    }
}
