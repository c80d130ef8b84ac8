using System.Text;
using LlmOps.Inference.Tokenization.Templates.Statements;
using LlmOps.Inference.Tokenization.Templates.Syntax;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>A chat template in Jinja as Hugging Face runs it: an immutable sandbox with the filters and tests that such templates use.</summary>
internal sealed class Template
{
    private readonly Block _body;
    private readonly IReadOnlySet<string> _names;

    private Template(Block body, IReadOnlySet<string> names) => (_body, _names) = (body, names);

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">It is not Jinja, or uses a construct that is not supported.</exception>
    public static Template Parse(string source)
    {
        try
        {
            TokenReader tokens = new(TemplateLexer.Read(source));
            return new Template(new StatementParser(tokens).ReadAll(), tokens.Names);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new TemplateException("it is nested too deeply");
        }
    }

    /// <summary>Whether the template reads a variable of this name.</summary>
    public bool Mentions(string name) => _names.Contains(name);

    /// <summary>Renders the template with variables.</summary>
    /// <exception cref="TemplateException">It refuses them, fails on them, or takes more than the limits allow.</exception>
    public string Render(IEnumerable<KeyValuePair<string, object?>> values, TimeProvider clock, RenderLimits? limits = null)
    {
        Scope scope = new(outer: null, new Rendering(limits ?? RenderLimits.Default, clock));
        foreach ((string name, object? value) in values) scope[name] = value;
        StringBuilder output = new();
        try
        {
            _body.Run(scope, output);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new TemplateException("it calls or nests too deeply");
        }
        return output.ToString();
    }
}
