using System.Reflection;
using LlmOps.LocalHost.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.LocalHost.Functions;

/// <summary>All functions of an app, found by their attributes. What this host cannot feed as Azure would is refused, all at once.</summary>
internal sealed class FunctionIndex
{
    private const BindingFlags Everywhere =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private FunctionIndex(IReadOnlyList<EmbeddedFunction> functions) => Functions = functions;

    public IReadOnlyList<EmbeddedFunction> Functions { get; }

    public static FunctionIndex Of(IEnumerable<Type> types)
    {
        List<EmbeddedFunction> functions = [];
        List<string> problems = [];
        foreach (MethodInfo method in types.SelectMany(type => type.GetMethods(Everywhere)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } mark)
            {
                continue;
            }
            string[] found = [.. FunctionRules.Problems(method)];
            problems.AddRange(found);
            if (found.Length == 0)
            {
                (ParameterInfo input, Attribute trigger) = FunctionRules.Bindings(method).Single();
                functions.Add(new EmbeddedFunction(mark.Name, method, input, trigger));
            }
        }
        problems.AddRange(SameNames(functions));
        problems.AddRange(FunctionRoute.Clashes(functions));
        return problems.Count == 0 ? new FunctionIndex(functions) : throw new UnsupportedFunctionException(problems);
    }

    // Azure compares the names of functions without case.
    private static IEnumerable<string> SameNames(IEnumerable<EmbeddedFunction> functions) =>
        from function in functions
        group function by function.Name.ToUpperInvariant() into same
        where same.Count() > 1
        select $"{string.Join(" and ", same.Select(function => EmbeddedFunction.Title(function.Method)))} are both named {same.First().Name}";
}
