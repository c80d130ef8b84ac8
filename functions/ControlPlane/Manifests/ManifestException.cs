namespace LlmOps.Manifests;

/// <summary>A manifest that cannot be read or edited safely: which file, what is wrong and what it should be.</summary>
public sealed class ManifestException(string file, string problem) : Exception($"{file}: {problem}")
{
    public string File { get; } = file;
}
