using System.Text;
using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Statements;

/// <summary>Where a value goes.</summary>
internal abstract record Target
{
    public abstract void Assign(Scope scope, object? value);
}

internal sealed record NameTarget(string Name) : Target
{
    public override void Assign(Scope scope, object? value) => scope[Name] = value;
}

internal sealed record MemberTarget(string Space, string Name) : Target
{
    public override void Assign(Scope scope, object? value)
    {
        if (scope[Space] is not Namespace space) throw new TemplateException($"{Space} is not a namespace, so {Space}.{Name} cannot be set");
        space.Values[Name] = value;
    }
}

internal sealed record TupleTarget(IReadOnlyList<Target> Targets) : Target
{
    public override void Assign(Scope scope, object? value)
    {
        IReadOnlyList<object?> items = Items.Of(value);
        if (items.Count != Targets.Count) throw new TemplateException($"{items.Count} items do not go into {Targets.Count} names");
        for (int i = 0; i < items.Count; i++) Targets[i].Assign(scope, items[i]);
    }
}

internal sealed record Set(Target Target, Expression Value, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        Target.Assign(scope, Value.Evaluate(scope));
        return Flow.Next;
    }
}

/// <summary>Sets a name to what a part of the template writes.</summary>
internal sealed record SetBlock(Target Target, Block Body, Func<Expression, Expression> Filter, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        Target.Assign(scope, Filter(new Literal(Body.Write(scope.Inner()))).Evaluate(scope));
        return Flow.Next;
    }
}
