using System.Text;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>A chat template in the part of Jinja that such templates are written in.</summary>
internal sealed class Template
{
    private readonly IReadOnlyList<Statement> _statements;

    private Template(IReadOnlyList<Statement> statements) => _statements = statements;

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">It uses a construct outside the supported part.</exception>
    public static Template Parse(string source) => new(new StatementParser(ChunkReader.Read(source)).ReadAll());

    public string Render(IReadOnlyDictionary<string, object?> values)
    {
        StringBuilder output = new();
        Scope scope = new(outer: null, values);
        foreach (Statement statement in _statements) statement.Run(scope, output);
        return output.ToString();
    }
}
