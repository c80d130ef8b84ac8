using System.Text;
using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Statements;

/// <summary>How a statement leaves the loop around it.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>Part of a template that writes, and the line that it begins in.</summary>
internal abstract record Statement(int Line)
{
    public abstract Flow Run(Scope scope, StringBuilder output);
}

/// <summary>Statements one after the other.</summary>
internal sealed record Block(IReadOnlyList<Statement> Statements)
{
    public Flow Run(Scope scope, StringBuilder output)
    {
        foreach (Statement statement in Statements)
        {
            try
            {
                scope.Rendering.Step();
                Flow flow = statement.Run(scope, output);
                if (flow != Flow.Next) return flow;
            }
            catch (TemplateException e) when (e.Line is null)
            {
                e.Line = statement.Line;
                throw;
            }
        }
        return Flow.Next;
    }

    /// <summary>What the statements write.</summary>
    public string Write(Scope scope)
    {
        StringBuilder output = new();
        Run(scope, output);
        return output.ToString();
    }
}

internal sealed record WriteText(string Text, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        output.Append(scope.Rendering.Made(Text));
        return Flow.Next;
    }
}

internal sealed record WriteValue(Expression Value, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        output.Append(scope.Rendering.Made(Print.Text(Value.Evaluate(scope))));
        return Flow.Next;
    }
}

/// <summary>A <c>break</c> or a <c>continue</c>.</summary>
internal sealed record Leave(Flow Flow, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output) => Flow;
}

internal sealed record If(IReadOnlyList<(Expression Condition, Block Body)> Branches, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        foreach ((Expression condition, Block body) in Branches)
        {
            if (condition.IsTrue(scope)) return body.Run(scope, output);
        }
        return Flow.Next;
    }
}

/// <summary>A part that keeps its names to itself: <c>generation</c> around what the model said, and <c>with</c>.</summary>
internal sealed record Scoped(IReadOnlyList<(Target Target, Expression Value)> Names, Block Body, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        Scope inner = scope.Inner();
        foreach ((Target target, Expression value) in Names) target.Assign(inner, value.Evaluate(scope));
        return Body.Run(inner, output);
    }
}

/// <summary>A part whose text goes through a filter.</summary>
internal sealed record FilterBlock(Block Body, Func<Expression, Expression> Filter, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        Expression written = new Literal(Body.Write(scope.Inner()));
        output.Append(scope.Rendering.Made(Print.Text(Filter(written).Evaluate(scope))));
        return Flow.Next;
    }
}
