using System.Text.Json;
using LlmOps.Benchmarks;
using LlmOps.Benchmarks.Canary;
using LlmOps.Manifests;
using LlmOps.Ports;

// Each benchmark measures ours and a peer or a limit in turn, in the same run; what counts is the ratio.
Dictionary<string, Func<string, Task<object>>> benchmarks = new()
{
    ["serving-overhead"] = async root => await ServingOverhead.Run(root),
    ["grammar"] = async root => await GrammarMasks.Run(root),
    ["revert-commit"] = async root => await RevertCommit.Run(root),
    ["canary"] = _ => Task.FromResult<object>(CanaryJudgement.Run(new RolloutPolicy(), Runs())),
};
if (Environment.GetEnvironmentVariable("LLMOPS_PII_CORPUS") is not null)
{
    benchmarks["pii-recall"] = async folder => await PiiRecall.Run(folder);
}
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "LlmOpsFunctions.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("run it from within the repository");
}
string results = Directory.CreateDirectory(Path.Combine(root, "artifacts", "bench")).FullName;
foreach (string name in args.Length == 0 ? [.. benchmarks.Keys] : args)
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
