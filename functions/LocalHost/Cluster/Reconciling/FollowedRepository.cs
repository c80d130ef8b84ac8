using System.Diagnostics;
using System.Text;

namespace LlmOps.LocalHost.Cluster.Reconciling;

/// <summary>Reads the bare repository's `main` through the git command.</summary>
internal sealed class FollowedRepository(string path)
{
    private const string Branch = "refs/heads/main";

    /// <summary>The newest commit's SHA, or null before the first.</summary>
    public async Task<string?> Head(CancellationToken cancellation)
    {
        (int code, string output, _) = await Git(["rev-parse", "--verify", "--quiet", Branch + "^{commit}"], cancellation);
        return code == 0 ? output.Trim() : null;
    }

    /// <summary>The paths under a folder at a revision.</summary>
    public async Task<IReadOnlyList<string>> Paths(string revision, string folder, CancellationToken cancellation)
    {
        string list = await Require(["ls-tree", "-r", "-z", "--name-only", revision, "--", folder], cancellation);
        return list.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A file's text at a revision.</summary>
    public Task<string> Read(string revision, string file, CancellationToken cancellation) =>
        Require(["cat-file", "blob", $"{revision}:{file}"], cancellation);

    private async Task<string> Require(string[] arguments, CancellationToken cancellation)
    {
        (int code, string output, string error) = await Git(arguments, cancellation);
        return code == 0 ? output : throw new IOException($"git {arguments[0]} ended with code {code}: {error.Trim()}");
    }

    private async Task<(int Code, string Output, string Error)> Git(string[] arguments, CancellationToken cancellation)
    {
        ProcessStartInfo start = new("git", ["--git-dir", path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process git = Process.Start(start) ?? throw new IOException("git did not start");
        Task<string> output = git.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = git.StandardError.ReadToEndAsync(cancellation);
        await git.WaitForExitAsync(cancellation);
        return (git.ExitCode, await output, await error);
    }
}
