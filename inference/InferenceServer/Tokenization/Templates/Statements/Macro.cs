using System.Text;
using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Functions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Statements;

/// <summary>A part of a template with parameters: sees the names around its definition, not those around its call.</summary>
internal sealed record MacroBody(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Block Body)
{
    public Callable In(Scope scope) => new(Name, arguments => scope.Rendering.Call(() => Write(scope.Inner(), arguments)));

    private string Write(Scope scope, Arguments arguments)
    {
        Dictionary<string, object?> named = new(arguments.Named);
        scope["varargs"] = Sequence.Tuple([.. arguments.Given.Skip(Parameters.Count)]);
        scope["caller"] = named.Remove("caller", out object? caller) ? caller : new Undefined("there is no caller");
        for (int i = 0; i < Parameters.Count; i++)
        {
            (string name, Expression? otherwise) = Parameters[i];
            if (i < arguments.Given.Count)
            {
                if (named.ContainsKey(name)) throw new TemplateException($"the macro {Name} is given {name} twice");
                scope[name] = arguments.Given[i];
            }
            else if (named.Remove(name, out object? value)) scope[name] = value;
            else scope[name] = otherwise is null ? new Undefined($"the macro {Name} is not given {name}") : otherwise.Evaluate(scope);
        }
        if (named.Count > 0 && !UsesRest) throw new TemplateException($"the macro {Name} takes no argument {named.Keys.First()}");
        if (arguments.Given.Count > Parameters.Count && !UsesRest) throw new TemplateException($"the macro {Name} takes at most {Parameters.Count} arguments");
        scope["kwargs"] = new Mapping(named);
        return Body.Write(scope);
    }

    /// <summary>Whether the macro takes arguments that it has no parameters for.</summary>
    public bool UsesRest { get; init; }
}

internal sealed record Macro(MacroBody Body, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        scope[Body.Name] = Body.In(scope);
        return Flow.Next;
    }
}

/// <summary>Calls a macro with a part of the template that the macro can call back.</summary>
internal sealed record CallBlock(Call Call, MacroBody Caller, int Line) : Statement(Line)
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        Call with = Call with
        {
            Arguments = Call.Arguments with { Named = [.. Call.Arguments.Named, ("caller", new Literal(Caller.In(scope)))] },
        };
        output.Append(scope.Rendering.Made(Print.Text(with.Evaluate(scope))));
        return Flow.Next;
    }
}
