using System.Globalization;
using System.Text.Json;
using LlmOps.Benchmarks;
using LlmOps.Benchmarks.Canary;
using LlmOps.Benchmarks.Serving;
using LlmOps.Benchmarks.Serving.Engines;
using LlmOps.Manifests;
using LlmOps.Ports;

if (args is [StartEngine.GenAiVerb, string folder, string library, string threads]) return GenAiPeer.Serve(folder, library, int.Parse(threads, CultureInfo.InvariantCulture));

// Names of benchmarks come first, flags of the serving benchmark after them.
string[] names = [.. args.TakeWhile(arg => !arg.StartsWith('-'))];
string[] flags = args[names.Length..];

// Each benchmark measures ours and a peer or a limit in turn, in the same run; what counts is the ratio.
Dictionary<string, Func<string, Task<object>>> benchmarks = new()
{
    ["serving-overhead"] = async root => await ServingOverhead.Run(root),
    ["grammar"] = async root => await GrammarMasks.Run(root),
    ["revert-commit"] = async root => await RevertCommit.Run(root),
    ["serving"] = async root => await ServingBenchmark.Run(root, ServingOptions.Parse(flags)),
    ["canary"] = _ => Task.FromResult<object>(CanaryJudgement.Run(new RolloutPolicy(), Runs())),
};
if (Environment.GetEnvironmentVariable("LLMOPS_PII_CORPUS") is not null)
{
    benchmarks["pii-recall"] = async root => await PiiRecall.Run(root);
}
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "LlmOpsFunctions.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("run it from within the repository");
}
string results = Directory.CreateDirectory(Path.Combine(root, "artifacts", "bench")).FullName;
foreach (string name in names.Length == 0 ? [.. benchmarks.Keys] : names)
{
    if (!benchmarks.TryGetValue(name, out Func<string, Task<object>>? run))
    {
        Console.Error.WriteLine($"'{name}' is not a benchmark; known are {string.Join(", ", benchmarks.Keys)}");
        return 2;
    }
    object result = await run(root);
    string file = Path.Combine(results, $"{name}.json");
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, result.GetType(), Wire.Indented) + "\n");
    Console.WriteLine($"{name}: {result}\n  {Path.GetRelativePath(root, file)}");
}
return 0;

// Fewer runs are for tuning; what is reported takes twenty thousand a cell.
static int Runs() => int.TryParse(Environment.GetEnvironmentVariable("CANARY_RUNS"), out int runs) ? runs : 20_000;
