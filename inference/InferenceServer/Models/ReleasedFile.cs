using System.Security.Cryptography;

namespace LlmOps.Inference.Models;

/// <summary>A file of a release: its path in the folder, its size in bytes and its SHA-256 in lower-case hex.</summary>
internal sealed record ReleasedFile(string Path, long Size, string Sha256)
{
    public void Verify(string folder)
    {
        FileInfo file = new(System.IO.Path.Combine(folder, Path));
        if (LinkOnTheWay(folder) is { } link) throw new RefusedModelException($"{link}: a link, which may lead out of the model folder");
        if (!file.Exists) throw new RefusedModelException($"{Path}: missing, but listed in {Release.FileName}");
        if (file.Length != Size) throw new RefusedModelException($"{Path}: {file.Length} bytes, but {Release.FileName} says {Size}");

        using FileStream content = file.OpenRead();
        string actual = Convert.ToHexStringLower(SHA256.HashData(content));
        if (actual != Sha256) throw new RefusedModelException($"{Path}: SHA-256 is {actual}, but {Release.FileName} says {Sha256}");
    }

    // What stands behind a link can be exchanged without a file of the folder being touched.
    private string? LinkOnTheWay(string folder)
    {
        string at = folder;
        foreach (string part in Path.Split('/'))
        {
            at = System.IO.Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not null) return System.IO.Path.GetRelativePath(folder, at);
        }
        return null;
    }
}
