using System.Reflection;

namespace LlmOps.LocalHost.Functions;

/// <summary>A method marked as a function, the parameter that its trigger fills, and the trigger's attribute.</summary>
internal sealed record EmbeddedFunction(string Name, MethodInfo Method, ParameterInfo Input, Attribute Trigger)
{
    public Type Type => Method.DeclaringType!;

    /// <summary>The method as a reader finds it in the source.</summary>
    public static string Title(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
