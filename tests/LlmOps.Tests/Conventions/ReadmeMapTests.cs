using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Conventions;

public sealed class ReadmeMapTests
{
    private static readonly string[] Mapped = ["functions/", "functions/ControlPlane/", "inference/", "tests/"];

    [Fact]
    public void Each_path_of_the_map_exists() => Assert.Empty(
        Map().Where(path => !SourceTree.Files.Any(file => file == path || file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)))
            .Select(path => $"README.md maps {path}, which does not exist"));

    [Fact]
    public void Each_folder_of_the_product_is_in_the_map()
    {
        HashSet<string> map = [.. Map().Select(path => path.TrimEnd('/'))];
        IEnumerable<string> folders = Mapped.SelectMany(parent => SourceTree.Files.Where(file => file.StartsWith(parent, StringComparison.Ordinal))
            .Select(file => file[parent.Length..].Split('/')).Where(parts => parts.Length > 1).Select(parts => parent + parts[0])).Distinct();
        Assert.Empty(folders.Where(folder => !map.Contains(folder)).Select(folder => $"README.md does not map {folder}/"));
    }

    // The fenced block under "## Map": a path and its description a line.
    private static List<string> Map()
    {
        string[] lines = File.Exists(Repository.At("README.md")) ? File.ReadAllLines(Repository.At("README.md")) : [];
        List<string> map = [.. lines.SkipWhile(line => line.TrimEnd() != "## Map").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith("```", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("```", StringComparison.Ordinal))
            .Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => line.Trim().Split(' ')[0])];
        Assert.True(map.Count > 0, "README.md has no map: a heading '## Map' and under it a fenced block with a line `path/  description` each");
        return map;
    }
}
