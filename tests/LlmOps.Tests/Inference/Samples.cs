using LlmOps.Inference.Models;
using LlmOps.Inference.Tokenization;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference;

/// <summary>The sample model's versions in the checkout.</summary>
internal static class Samples
{
    public static string Folder(string version) => Repository.At("samples", "models", "tiny-ops", version);

    public static ModelFolder Open(string version = "1.1.0") => ModelFolder.Open(Folder(version), model: null, version: null, requireRelease: true);

    public static Tokenizer Tokenizer() => new(TokenizerFile.Parse(File.ReadAllText(Path.Combine(Folder("1.1.0"), "tokenizer.json"))));

    /// <summary>A copy that a test may damage.</summary>
    public static string Copy(string version = "1.1.0")
    {
        DirectoryInfo copy = Directory.CreateTempSubdirectory("tiny-ops-");
        foreach (string file in Directory.GetFiles(Folder(version))) File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        return copy.FullName;
    }
}
