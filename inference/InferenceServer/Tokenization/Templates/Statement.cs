using System.Text;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>Part of a template that writes.</summary>
internal abstract record Statement
{
    public abstract void Run(Scope scope, StringBuilder output);

    protected static void RunAll(IReadOnlyList<Statement> statements, Scope scope, StringBuilder output)
    {
        foreach (Statement statement in statements) statement.Run(scope, output);
    }
}

internal sealed record WriteText(string Text) : Statement
{
    public override void Run(Scope scope, StringBuilder output) => output.Append(Text);
}

internal sealed record WriteValue(Expression Value) : Statement
{
    public override void Run(Scope scope, StringBuilder output) => output.Append(Values.Print(Value.Evaluate(scope)));
}

internal sealed record SetName(string Name, Expression Value) : Statement
{
    public override void Run(Scope scope, StringBuilder output) => scope[Name] = Value.Evaluate(scope);
}

internal sealed record If(IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches) : Statement
{
    public override void Run(Scope scope, StringBuilder output)
    {
        foreach ((Expression condition, IReadOnlyList<Statement> body) in Branches)
        {
            if (!Values.IsTrue(condition.Evaluate(scope))) continue;
            RunAll(body, scope, output);
            return;
        }
    }
}

internal sealed record For(string Item, Expression Items, IReadOnlyList<Statement> Body) : Statement
{
    public override void Run(Scope scope, StringBuilder output)
    {
        if (Items.Evaluate(scope) is not IReadOnlyList<object?> items) throw new TemplateException($"chat template: for {Item} needs a list");
        for (int i = 0; i < items.Count; i++)
        {
            Scope inner = new(scope)
            {
                [Item] = items[i],
                ["loop"] = new Dictionary<string, object?>
                {
                    ["index"] = i + 1L,
                    ["index0"] = (long)i,
                    ["first"] = i == 0,
                    ["last"] = i == items.Count - 1,
                    ["length"] = (long)items.Count,
                },
            };
            RunAll(Body, inner, output);
        }
    }
}
