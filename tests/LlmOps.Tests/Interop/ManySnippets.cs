using System.Text.Json.Nodes;
using LlmOps.Tests.Inference.Tokenization;

namespace LlmOps.Tests.Interop;

/// <summary>Small templates of all kinds, the same for the same seed; only what JavaScript and Python agree upon.</summary>
internal sealed class ManySnippets(Random random)
{
    private const string Variables = """{"s": "Ab c", "t": " x,y \n", "n": 3, "l": ["b", "a", "c"], "m": {"k": "v", "z": "Z"}, "objs": [{"r": "u", "c": "1"}, {"r": "a", "c": "2"}, {"r": "u", "c": "3"}]}""";

    public static IEnumerable<JinjaCase> Of(int seed, int count)
    {
        ManySnippets snippets = new(new Random(seed));
        for (int i = 0; i < count; i++)
        {
            string template = string.Concat(Enumerable.Range(0, 3).Select(_ => snippets.Statement(2)));
            yield return new JinjaCase(template, template, JsonNode.Parse(Variables)!.AsObject());
        }
    }

    private string Statement(int depth) => depth == 0 ? $"{{{{ {Text(2)} }}}}" : random.Next(9) switch
    {
        0 => $"{Tag($"if {Flag(2)}")}{Statement(depth - 1)}{Tag("else")}{Statement(depth - 1)}{Tag("endif")}",
        1 => $"{Tag($"for i in {List(1)}")}{{{{ i }}}}{{{{ loop.index }}}}{Tag("if loop.last")}.{Tag("endif")}{Tag("endfor")}",
        2 => $"{Tag($"set v = {Text(2)}")}{{{{ v }}}}{Statement(depth - 1)}",
        3 => $"{Tag($"set ns = namespace(x={Number(1)})")}{Tag("for i in l")}{Tag($"set ns.x = ns.x + {Number(1)}")}{Tag("endfor")}{{{{ ns.x }}}}",
        4 => $"{Tag($"macro f(a, b={Text(1)})")}[{{{{ a }}}}{{{{ b }}}}]{Tag("endmacro")}{{{{ f({Text(1)}) }}}}{{{{ f({Text(1)}, {Text(1)}) }}}}",
        5 => $"{Tag($"for k, v in m.items() if {Flag(1)}")}{{{{ k ~ v }}}}{Tag("else")}none{Tag("endfor")}",
        6 => $" {{#{Sign()} note {Sign()}#}} ",
        7 => $" \n  {{{{{Sign()} {Text(3)} {Sign()}}}}}\n ",
        _ => $"{{{{ {Text(3)} }}}}",
    };

    private string Tag(string inside) => $"{Pick("", " ", "\n", "\n  ")}{{%{Sign()} {inside} {Sign()}%}}{Pick("", " ", "\n", "\n  ")}";

    private string Sign() => Pick("", "-", "");

    private string Text(int depth) => depth == 0 ? Pick("s", "t", "'q'", "\"it's\"", "m.k", "m['z']", "l[0]", "objs[1].c", "'\\n'") : random.Next(11) switch
    {
        0 => $"({Text(depth - 1)} + {Text(depth - 1)})",
        1 => $"({Text(depth - 1)} ~ {Number(depth - 1)})",
        2 => $"{Text(0)} | {Pick("trim", "upper", "lower", "length", "tojson", "string")}",
        3 => $"({Text(depth - 1)} if {Flag(depth - 1)} else {Text(depth - 1)})",
        4 => $"{Text(0)}.{Pick("strip()", "upper()", "replace('b', 'x')", "split(',')[0]", "split()[-1]", "lstrip()", "rstrip()")}",
        5 => $"{List(depth - 1)} | join('{Pick("", ", ", "\\n")}')",
        6 => $"s{Pick("[1]", "[-1]", "[1:]", "[:-1]", "[::-1]", "[0:3:2]")}",
        7 => $"(missing | default({Text(depth - 1)}))",
        8 => $"m.get('{Pick("k", "none")}', {Text(0)})",
        9 => $"{Pick("m", "l", "objs", "objs[0]")} | tojson{Pick("", "(indent=2)")}",
        _ => $"{Number(depth - 1)} | string",
    };

    private string Number(int depth) => depth == 0 ? Pick("1", "2", "n", "7", "l | length") : random.Next(4) switch
    {
        0 => $"({Number(depth - 1)} {Pick("+", "-", "*")} {Number(depth - 1)})",
        1 => $"({Number(depth - 1)} {Pick("//", "%")} 2)",
        2 => $"({Text(0)} | length)",
        _ => Number(0),
    };

    private string Flag(int depth) => depth == 0 ? Pick("true", "false", "missing", "n is defined", "missing is undefined", "s is string", "none is none", "l", "m is mapping") : random.Next(6) switch
    {
        0 => $"({Flag(depth - 1)} and {Flag(depth - 1)})",
        1 => $"({Flag(depth - 1)} or {Flag(depth - 1)})",
        2 => $"not {Flag(depth - 1)}",
        3 => $"{Number(0)} {Pick("<", ">", "<=", ">=", "==", "!=")} {Number(0)}",
        4 => $"{Text(0)} {Pick("in", "not in")} {Pick("s", "l", "m", "['q', 'v']")}",
        _ => $"{Text(0)}.{Pick("startswith", "endswith")}({Text(0)})",
    };

    private string List(int depth) => depth == 0 ? Pick("l", "['y', 'x']", "(m.keys() | list)", "s.split()") : random.Next(5) switch
    {
        0 => $"({List(depth - 1)} + {List(depth - 1)})",
        1 => $"({List(0)} | sort{Pick("", "(reverse=true)")})",
        2 => $"{List(0)}{Pick("[1:]", "[::-1]", "[:1]")}",
        3 => $"(objs | {Pick("selectattr", "rejectattr")}('r', 'equalto', 'u') | map(attribute='c') | list)",
        _ => List(0),
    };

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
