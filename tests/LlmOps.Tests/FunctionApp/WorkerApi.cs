using System.Reflection;

namespace LlmOps.Tests.FunctionApp;

/// <summary>The public shape of a type on a few lines, the same for the worker's own types and for what stands in for them.</summary>
internal static class WorkerApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Lines(Type type)
    {
        yield return Head(type);
        foreach (string member in Members(type).Order(StringComparer.Ordinal))
        {
            yield return "  " + member;
        }
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        return $"{kind} {type.FullName} : {type.BaseType!.FullName}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetEnumNames().Select(name => $"{name} = {Convert.ToInt32(Enum.Parse(type, name), null)}");
        }
        IEnumerable<string> constructors = type.GetConstructors(Declared).Select(one => $"new({Parameters(one)})");
        IEnumerable<string> properties = type.GetProperties(Declared).Where(property => property.GetMethod?.IsPublic == true)
            .Select(property => $"{Name(property.PropertyType)} {property.Name} {{ get;{(property.SetMethod?.IsPublic == true ? " set;" : "")} }}");
        IEnumerable<string> usage = type.IsSubclassOf(typeof(Attribute))
            ? [$"on {type.GetCustomAttribute<AttributeUsageAttribute>(inherit: true)!.ValidOn}"]
            : [];
        return [.. constructors, .. properties, .. usage];
    }

    private static string Parameters(ConstructorInfo constructor) => string.Join(", ", constructor.GetParameters()
        .Select(one => $"{(one.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")}{Name(one.ParameterType)} {one.Name}"));

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } value ? $"{value.Name}?" : type.Name;
}
