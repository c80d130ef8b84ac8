using System.CommandLine;
using LlmOps.LocalHost.Stack;

namespace LlmOps.LocalHost.Cli;

/// <summary>What several commands ask for.</summary>
internal static class Asked
{
    /// <summary>The folder of the local stack.</summary>
    public static Option<string> HomeOption() => new("--home")
    {
        Description = "The folder of the local stack (LLMOPS_HOME)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("LLMOPS_HOME") ?? ".llmops",
    };

    public static Home Home(this ParseResult parsed, Option<string> option) => new(Path.GetFullPath(parsed.GetRequiredValue(option)));

    /// <summary>Runs a command against the control plane of a home, with its failures turned into exit codes.</summary>
    public static async Task<int> WithStack(Home home, Func<StackClient, Task<int>> act)
    {
        using StackClient? client = StackClient.Find(home);
        if (client is null)
        {
            return Fail($"no stack runs in {home.Folder}; start one with `llmops up`, or name its folder with --home");
        }
        return await Guarded(() => act(client));
    }

    /// <summary>Turns what can go wrong outside of this program into one clear line.</summary>
    public static async Task<int> Guarded(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (HttpRequestException error)
        {
            return Fail($"the control plane did not answer: {error.Message}; does `llmops up` still run?");
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("llmops: interrupted before the end");
            return ExitCodes.Pending;
        }
        catch (Exception error)
        {
            return Fail(error.Message);
        }
    }

    public static int Fail(string message)
    {
        Console.Error.WriteLine($"llmops: {message}");
        return ExitCodes.Failed;
    }
}
