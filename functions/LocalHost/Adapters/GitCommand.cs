using System.Diagnostics;
using System.Text;

namespace LlmOps.LocalHost.Adapters;

/// <summary>Runs git on one bare repository, as if the user had no configuration: same input, same result on each machine.</summary>
internal sealed class GitCommand(string repository)
{
    private const int MaxSaid = 2000;

    // A hardened repository loses nothing in a power cut; ten committers at once wait for each other rather than fail.
    private static readonly string[] Settings =
    [
        "core.fsync=committed,reference", "core.filesRefLockTimeout=10000", "core.hooksPath=/dev/null",
    ];

    /// <summary>Runs a command on an input and returns its output; throws <see cref="GitFailedException"/> when it fails.</summary>
    public async Task<byte[]> Run(ReadOnlyMemory<byte> input, CancellationToken cancellation, params string[] arguments)
    {
        using Process git = Process.Start(Start(arguments))
            ?? throw new InvalidOperationException("git did not start");
        using CancellationTokenRegistration stop = cancellation.Register(() => Stop(git));
        using MemoryStream output = new();
        Task copied = git.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
        Task<string> said = git.StandardError.ReadToEndAsync(CancellationToken.None);
        await Feed(git, input);
        await copied;
        await git.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return git.ExitCode == 0 ? output.ToArray() : throw new GitFailedException(arguments[0], git.ExitCode, Shorten(await said));
    }

    /// <summary>Runs a command without input and returns its output as text.</summary>
    public async Task<string> Ask(CancellationToken cancellation, params string[] arguments) =>
        Encoding.UTF8.GetString(await Run(ReadOnlyMemory<byte>.Empty, cancellation, arguments));

    private ProcessStartInfo Start(string[] arguments)
    {
        ProcessStartInfo start = new("git")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Naming the repository keeps git from searching one, and from asking who owns the folder.
        start.ArgumentList.Add($"--git-dir={repository}");
        foreach (string setting in Settings)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        foreach (string inherited in start.Environment.Keys.Where(key => key.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static async Task Feed(Process git, ReadOnlyMemory<byte> input)
    {
        try
        {
            await git.StandardInput.BaseStream.WriteAsync(input, CancellationToken.None);
            git.StandardInput.Close();
        }
        catch (IOException)
        {
            // Git closed its input early; its exit code and its words say why.
        }
    }

    private static void Stop(Process git)
    {
        try
        {
            git.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }

    private static string Shorten(string said) => said.Length <= MaxSaid ? said.Trim() : said[..MaxSaid].Trim() + " …";
}
