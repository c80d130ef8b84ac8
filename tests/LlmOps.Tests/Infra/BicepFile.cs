using System.Text.Json;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Infra;

/// <summary>What a Bicep file says, as bicep.mjs reads it.</summary>
public sealed record BicepFile(
    string File, int Lines, string[] Problems, string? Scope, string? Using, string[] Metadata, Declared[] Params, Declared[] Outputs, DeclaredType[] Types,
    Variable[] Variables, Resource[] Resources, Module[] Modules, Import[] Imports, string[] Calls, OutputRead[] OutputsRead, string[] Words)
{
    private static readonly Lazy<IReadOnlyList<BicepFile>> Read = new(ReadAll);

    /// <summary>Every file of infra-bicep/, by its path there.</summary>
    public static IReadOnlyList<BicepFile> All => Read.Value;

    public static IEnumerable<BicepFile> Templates => All.Where(file => file.File.EndsWith(".bicep", StringComparison.Ordinal));

    public static IEnumerable<BicepFile> OfModules => Templates.Where(file => file.File.StartsWith("modules/", StringComparison.Ordinal));

    public static BicepFile Of(string path) => All.Single(file => file.File == path);

    public string Text => System.IO.File.ReadAllText(Repository.At("infra-bicep", File));

    private static List<BicepFile> ReadAll()
    {
        string folder = Repository.At("infra-bicep");
        string[] paths = [.. Directory.EnumerateFiles(folder, "*.bicep*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        (int exitCode, string output) = Command.Run("node", [Repository.At("tests", "LlmOps.Tests", "Infra", "bicep.mjs"), .. paths]).GetAwaiter().GetResult();
        Assert.True(exitCode == 0, output);
        return [.. JsonSerializer.Deserialize<BicepFile[]>(output, JsonSerializerOptions.Web)!
            .Select(file => file with { File = Path.GetRelativePath(folder, file.File).Replace('\\', '/') })];
    }
}

/// <summary>A parameter or an output.</summary>
public sealed record Declared(string Name, string Type, JsonElement? Value, Dictionary<string, string> Decorators)
{
    public bool IsRequired => Value is null or { ValueKind: JsonValueKind.Null } && !Type.EndsWith('?');

    public string Description => Decorators.GetValueOrDefault("description", "");
}

/// <summary>A type of one's own, or a property of it.</summary>
public sealed record DeclaredType(string Name, Dictionary<string, string> Decorators, DeclaredProperty[] Properties);

public sealed record DeclaredProperty(string Name, bool Optional, Dictionary<string, string> Decorators);

public sealed record Variable(string Name, JsonElement Value);

/// <summary>A resource; the body is a tree of objects `o`, arrays `a`, alternatives `or`, strings `s` and expressions `x`.</summary>
public sealed record Resource(string Symbol, string Type, string Version, bool Nested, bool Existing, JsonElement Body)
{
    /// <summary>The paths of the properties that are set, such as `properties.sku.name`; of array items `[]`.</summary>
    public IEnumerable<string> Paths => PathsOf(Body, "");

    /// <summary>The text of a property: a string without quotes, or an expression; null where it is not set.</summary>
    public string? At(string path)
    {
        JsonElement at = Body;
        foreach (string name in path.Split('.'))
        {
            if (!at.TryGetProperty("o", out JsonElement members) || !members.TryGetProperty(name, out at))
            {
                return null;
            }
        }
        return at.TryGetProperty("s", out JsonElement text) || at.TryGetProperty("x", out text) ? text.GetString() : at.GetRawText();
    }

    private static IEnumerable<string> PathsOf(JsonElement value, string path)
    {
        if (value.TryGetProperty("o", out JsonElement members))
        {
            return members.EnumerateObject().SelectMany(member =>
            {
                string own = $"{path}{(path.Length == 0 ? "" : ".")}{(member.Name.StartsWith('$') ? "*" : member.Name)}";
                return PathsOf(member.Value, own).Prepend(own);
            });
        }
        return value.TryGetProperty("a", out JsonElement items) ? items.EnumerateArray().SelectMany(item => PathsOf(item, path + "[]"))
            : value.TryGetProperty("or", out JsonElement either) ? either.EnumerateArray().SelectMany(item => PathsOf(item, path))
            : [];
    }
}

public sealed record Module(string Symbol, string Path, string[] Params, string[] Properties);

public sealed record Import(string[] Names, string From);

public sealed record OutputRead(string Module, string Output);
