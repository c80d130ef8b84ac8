using System.CommandLine;
using System.CommandLine.Parsing;
using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops gate run` and `llmops gate explain`: a gate file against any endpoint, without a stack.</summary>
internal static class GateCommand
{
    public static Command Create() => new("gate", "Try a gate file against any OpenAI endpoint; no stack is needed") { Run(), Explain() };

    private static Command Run()
    {
        Option<FileInfo> file = new("--file", "-f") { Description = "The gate file", Required = true };
        Option<Uri?> endpoint = new("--endpoint") { Description = "The candidate's OpenAI endpoint", Required = true, CustomParser = Address };
        Option<Uri?> champion = new("--champion") { Description = "The champion's endpoint; without it the limits are absolute", CustomParser = Address };
        Option<string?> model = new("--model") { Description = "The model to ask for; the first that the endpoint lists without it" };
        Option<DirectoryInfo?> output = new("--out") { Description = "A folder for gates.json, samples.json, junit.xml, report.md and report.html" };
        Command run = new("run", "Ask every item and judge: exit 0 passed, 1 failed, 2 bad file, 8 cannot tell") { file, endpoint, champion, model, output };
        run.SetAction((parsed, cancellation) => Guarded(() => RunGates.Run(
            parsed.GetRequiredValue(file), parsed.GetRequiredValue(endpoint)!, parsed.GetValue(champion), parsed.GetValue(model), parsed.GetValue(output), cancellation)));
        return run;
    }

    private static Uri? Address(ArgumentResult result)
    {
        string text = result.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is ("http" or "https"))
        {
            return address;
        }
        result.AddError($"'{text}' is not an address, such as http://localhost:8080");
        return null;
    }

    private static Command Explain()
    {
        Argument<FileInfo> file = new("file") { Description = "The gate file" };
        Command explain = new("explain", "Say what each gate needs, without asking anything") { file };
        explain.SetAction((parsed, _) => Guarded(async () =>
        {
            (ModelPolicy policy, TestSuite suite) = await ReadGateFile(parsed.GetRequiredValue(file));
            Show(suite, ExplainGates.Of(policy, suite));
            return ExitCodes.Ok;
        }));
        return explain;
    }

    /// <summary>Reads a gate file and what it asks, with paths relative to it.</summary>
    internal static async Task<(ModelPolicy Policy, TestSuite Suite)> ReadGateFile(FileInfo file)
    {
        string text = file.Exists ? await File.ReadAllTextAsync(file.FullName) : throw new ManifestException(file.Name, "is not there");
        ModelPolicy policy = ModelPolicy.Read(file.Name, text);
        async Task<string> Read(string path)
        {
            string full = Path.Combine(file.DirectoryName!, path);
            return File.Exists(full) ? await File.ReadAllTextAsync(full) : throw new ManifestException(path, $"is not there, beside {file.Name}");
        }
        return (policy, await TestSuite.Read(file.Name, text, policy, Read));
    }

    private static void Show(TestSuite suite, IReadOnlyList<GateNeed> needs)
    {
        foreach (Dataset dataset in suite.Datasets)
        {
            Console.WriteLine($"{dataset.Name}: {dataset.Items.Count} items, sha256 {dataset.Digest}");
        }
        foreach (GateNeed need in needs)
        {
            Console.WriteLine($"\n{need.Metric}: {need.Limits}");
            Console.WriteLine($"  {need.Items} items{(need.Needed is { } needed ? $", needs {needed}" : "")}: {need.Text}");
        }
        Notes(suite);
    }

    /// <summary>Tells what of the file has no effect, and what passes whatever the answer.</summary>
    internal static void Notes(TestSuite suite)
    {
        foreach (string warning in suite.Warnings)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }
        foreach (string key in suite.Ignored)
        {
            Console.Error.WriteLine($"ignored: {key} has no effect here");
        }
    }

    private static Task<int> Guarded(Func<Task<int>> act) => Asked.Guarded(async () =>
    {
        try
        {
            return await act();
        }
        catch (ManifestException error)
        {
            Console.Error.WriteLine($"llmops: {error.Message}");
            return ExitCodes.Usage;
        }
    });
}
