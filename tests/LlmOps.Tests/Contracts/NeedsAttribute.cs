namespace LlmOps.Tests.Contracts;

/// <summary>What a class of contract facts needs: a program, or a folder of this repository that `make test` fills.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class NeedsAttribute : Attribute
{
    /// <summary>A program on the path, such as `git`.</summary>
    public string? Program { get; init; }

    /// <summary>A folder, from the repository's root.</summary>
    public string? Folder { get; init; }

    /// <summary>What is missing, in words, or null. Under CI=true nothing counts as missing, so that the facts run and fail.</summary>
    public string? Lack => IsPromised ? null
        : Program is not null && !IsOnPath(Program) ? $"{Program} is not on the path"
        : Folder is not null && !Directory.Exists(Repository.At(Folder)) ? $"{Folder} is missing: run `make test`, or `npm ci` there"
        : null;

    private static bool IsPromised => Environment.GetEnvironmentVariable("CI") == "true";

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));
}
