using System.Numerics;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Names kinds of values in errors.</summary>
internal static class Describe
{
    public static string Kind(object? value) => value switch
    {
        null => "none",
        Undefined => "an undefined value",
        bool => "a boolean",
        long or BigInteger => "a whole number",
        double => "a fractional number",
        string => "a string",
        Sequence { Kind: SequenceKind.Tuple } => "a tuple",
        Sequence => "a list",
        LazyItems => "a lazy sequence",
        Mapping => "a mapping",
        Namespace => "a namespace",
        Callable => "a function",
        _ => "another value",
    };
}
