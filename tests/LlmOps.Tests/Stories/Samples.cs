using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>The sample versions, and others made of their files.</summary>
internal static class Samples
{
    public static string Version(string version) => Repository.At("samples", "models", "tiny-ops", version);

    /// <summary>A copy of a version's folder that a test may spoil.</summary>
    public static string Copy(string version, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(Version(version)))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
        return target;
    }

    /// <summary>Another version with the weights of one: packed by the CLI, so with a digest of its own.</summary>
    public static async Task<string> Renamed(string from, string version, string target)
    {
        Copy(from, target);
        File.Delete(Path.Combine(target, "release.json"));
        await File.WriteAllTextAsync(Path.Combine(target, "README.md"), $"# {version}\n");
        (int exitCode, string output) = await Llmops.Run("pack", target, "--model", "tiny-ops", "--version", version);
        Assert.True(exitCode == 0, output);
        return target;
    }
}
