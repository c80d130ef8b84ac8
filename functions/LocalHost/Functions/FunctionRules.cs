using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LlmOps.LocalHost.Functions;

/// <summary>The rules that a function keeps so that both hosts run it alike.</summary>
internal static class FunctionRules
{
    /// <summary>The parameters that carry an attribute of the worker, with it.</summary>
    public static IEnumerable<(ParameterInfo Parameter, Attribute Attribute)> Bindings(MethodInfo method) =>
        from parameter in method.GetParameters()
        from attribute in parameter.GetCustomAttributes()
        where IsOfWorker(attribute)
        select (parameter, attribute);

    public static IEnumerable<string> Problems(MethodInfo method)
    {
        (ParameterInfo Parameter, Attribute Attribute)[] bindings = [.. Bindings(method)];
        IEnumerable<string> problems = bindings switch
        {
            [] => ["no parameter has a trigger"],
            [(ParameterInfo input, Attribute trigger)] => TriggerShape.Of(trigger) is { } shape
                ? ShapeProblems(method, input, shape)
                : [$"{Short(trigger)} as it is used on {input.Name} is not a trigger of this host"],
            _ => ["it has more than one binding: one trigger is all that this host feeds"],
        };
        return problems.Concat(MethodProblems(method)).Select(problem => $"{EmbeddedFunction.Title(method)}: {problem}");
    }

    private static IEnumerable<string> MethodProblems(MethodInfo method)
    {
        if (method.IsStatic || !method.IsPublic)
        {
            yield return "it must be a public instance method";
        }
        foreach (Attribute attribute in method.GetCustomAttributes().Where(IsOfWorker).Where(known => known is not FunctionAttribute))
        {
            yield return $"{Short(attribute)} is not known to this host";
        }
    }

    private static IEnumerable<string> ShapeProblems(MethodInfo method, ParameterInfo input, TriggerShape shape)
    {
        if (method.ReturnType != shape.Returns)
        {
            yield return $"it must return {Title(shape.Returns)}";
        }
        if (!shape.Inputs.Contains(input.ParameterType))
        {
            yield return $"{input.Name} must be {string.Join(" or ", shape.Inputs.Select(Title))}";
        }
        foreach (ParameterInfo parameter in method.GetParameters().Where(other => other != input && !IsBindable(other, shape)))
        {
            yield return $"{Title(parameter.ParameterType)} {parameter.Name} cannot be bound";
        }
    }

    private static bool IsBindable(ParameterInfo parameter, TriggerShape shape) =>
        parameter.ParameterType == typeof(CancellationToken)
        || (parameter.ParameterType == typeof(string) && shape.Values.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase));

    private static bool IsOfWorker(Attribute attribute) =>
        attribute is BindingAttribute
        || attribute.GetType().Namespace?.StartsWith(typeof(FunctionAttribute).Namespace!, StringComparison.Ordinal) == true;

    private static string Short(Attribute attribute) => attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);

    private static string Title(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Title))}>"
        : type.Name;
}
