using System.Numerics;
using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>The tests that a template may use, by name.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Test> All = new()
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["string"] = (value, _) => value is string,
        ["number"] = (value, _) => Numbers.Is(value),
        ["integer"] = (value, _) => value is long or BigInteger,
        ["float"] = (value, _) => value is double,
        ["mapping"] = (value, _) => value is Mapping,
        ["sequence"] = (value, _) => value is Sequence { IsIndexed: true } or Mapping or string or Undefined,
        ["iterable"] = (value, _) => value is Sequence or LazyItems or Mapping or string or Undefined,
        ["callable"] = (value, _) => value is Callable or Undefined,
        ["odd"] = (value, arguments) => Numbers.Whole(Arithmetic.Apply("%", value, 2L, arguments.Rendering)) == 1,
        ["even"] = (value, arguments) => Numbers.Whole(Arithmetic.Apply("%", value, 2L, arguments.Rendering)) == 0,
        ["divisibleby"] = (value, arguments) => Numbers.Whole(Arithmetic.Apply("%", value, arguments.First(), arguments.Rendering)) == 0,
        ["lower"] = (value, _) => PythonText.IsLower(Print.Text(value)),
        ["upper"] = (value, _) => PythonText.IsUpper(Print.Text(value)),
        ["sameas"] = (value, arguments) => arguments.First() is var other && (value is null or bool or long or string ? Equals(value, other) : ReferenceEquals(value, other)),
        ["filter"] = (value, _) => value is string name && Filters.Find(name) is not null,
        ["test"] = (value, _) => value is string name && Find(name) is not null,
        ["in"] = Holds("in"),
        ["=="] = Holds("=="),
        ["eq"] = Holds("=="),
        ["equalto"] = Holds("=="),
        ["!="] = Holds("!="),
        ["ne"] = Holds("!="),
        ["<"] = Holds("<"),
        ["lt"] = Holds("<"),
        ["lessthan"] = Holds("<"),
        ["<="] = Holds("<="),
        ["le"] = Holds("<="),
        [">"] = Holds(">"),
        ["gt"] = Holds(">"),
        ["greaterthan"] = Holds(">"),
        [">="] = Holds(">="),
        ["ge"] = Holds(">="),
    };

    public static Test? Find(string name) => All.GetValueOrDefault(name);

    private static Test Holds(string symbol) => (value, arguments) => Comparison.Holds(symbol, value, arguments.First(), arguments.Rendering);
}
