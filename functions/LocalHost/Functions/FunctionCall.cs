using System.Reflection;

namespace LlmOps.LocalHost.Functions;

/// <summary>Calls functions: an instance a call, built from the services, its parameters bound as the worker binds them.</summary>
internal static class FunctionCall
{
    private static readonly Dictionary<string, object?> NoValues = [];

    /// <summary>Calls a function in a scope of its own.</summary>
    public static async Task Run(
        this EmbeddedFunction function,
        IServiceScopeFactory scopes,
        object input,
        IReadOnlyDictionary<string, object?>? values,
        CancellationToken cancellation)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await function.Start(scope.ServiceProvider, input, values ?? NoValues, cancellation);
    }

    /// <summary>Calls a function with the services given and returns its task.</summary>
    public static Task Start(
        this EmbeddedFunction function,
        IServiceProvider services,
        object input,
        IReadOnlyDictionary<string, object?> values,
        CancellationToken cancellation)
    {
        object instance = ActivatorUtilities.CreateInstance(services, function.Type);
        object?[] arguments = [.. function.Method.GetParameters().Select(Bind)];
        return (Task)function.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

        object? Bind(ParameterInfo parameter) =>
            parameter == function.Input ? input
            : parameter.ParameterType == typeof(CancellationToken) ? cancellation
            : values[parameter.Name!];
    }
}
