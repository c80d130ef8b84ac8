using LlmOps.LocalHost.Uploads;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Demo;

/// <summary>The versions that the demonstration uploads.</summary>
internal static class DemoVersions
{
    public const string Model = "tiny-ops";

    public static string Folder(string samples, string version) => Path.Combine(samples, "models", Model, version);

    /// <summary>
    /// Makes 1.3.0 of the weights of 1.1.0 and another generation_config.json: another digest, the same answers.
    /// </summary>
    public static async Task<string> MakeThirteen(string samples, string work, CancellationToken cancellation)
    {
        string folder = Path.Combine(work, "1.3.0");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Folder(samples, "1.1.0")).Where(file => Path.GetFileName(file) != UploadManifest.FileName))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
        File.Copy(Path.Combine(samples, "demo", "generation_config-1.3.0.json"), Path.Combine(folder, "generation_config.json"), overwrite: true);
        VersionFolder.Write(folder, await VersionFolder.Describe(folder, Model, "1.3.0", cancellation));
        return folder;
    }
}
