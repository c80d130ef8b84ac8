using System.Text;
using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Statements;

/// <summary>A loop; each round keeps its names to itself.</summary>
internal sealed record For(Target Item, Expression Source, Expression? Filter, Block Body, Block Otherwise, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        IReadOnlyList<object?> items = Items.Of(Source.Evaluate(scope));
        if (Filter is not null) items = [.. items.Where(item => Holds(Filter, scope, item))];
        LoopState loop = new(items);
        for (; loop.Index < items.Count; loop.Index++)
        {
            scope.Rendering.Step();
            Scope inner = scope.Inner();
            inner["loop"] = loop;
            Item.Assign(inner, items[loop.Index]);
            if (Body.Run(inner, output) == Flow.Break) break;
        }
        return items.Count == 0 ? Otherwise.Run(scope.Inner(), output) : Flow.Next;
    }

    private bool Holds(Expression filter, Scope scope, object? item)
    {
        Scope inner = scope.Inner();
        Item.Assign(inner, item);
        return filter.IsTrue(inner);
    }
}
