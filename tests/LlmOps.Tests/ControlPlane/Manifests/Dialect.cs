using System.Text;
using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

/// <summary>Dialects by name, and their golden files, which are bytes: line ends count.</summary>
internal static class Dialect
{
    public const string Folder = "tests/LlmOps.Tests/ControlPlane/Manifests/golden";

    public static IManifestDialect Of(string name) => ManifestDialects.All.Single(dialect => dialect.Name == name);

    public static string Golden(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(Repository.At($"{Folder}/{path}")));

    /// <summary>Names of the files in a folder below golden/.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(Repository.At($"{Folder}/{folder}")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>`dialect/case` of all cases.</summary>
    public static IEnumerable<string> Cases => ManifestDialects.All.SelectMany(dialect =>
        Directory.GetDirectories(Repository.At($"{Folder}/{dialect.Name}")).Select(path => $"{dialect.Name}/{Path.GetFileName(path)}")).Order(StringComparer.Ordinal);

    public static SlotFile Slot(string slot, string text) => new("tiny-ops", slot, $"{slot}.yaml", text);

    public static RouteFile Route(string text) => new("tiny-ops", "route.yaml", text);

    /// <summary>The problem that reading a route or a slot ends in, or null.</summary>
    public static string? Problem(this IManifestDialect dialect, string file, string text)
    {
        try
        {
            object read = file == "route.yaml" ? dialect.ReadRoute(Route(text)) : dialect.ReadSlot(Slot(Path.GetFileNameWithoutExtension(file), text));
            return read is null ? "" : null;
        }
        catch (ManifestException error)
        {
            return error.Message;
        }
    }
}
