using System.Text.Json;
using LlmOps.Benchmarks;
using LlmOps.Ports;

// Each benchmark measures ours and a peer or a limit in turn, in the same run; what counts is the ratio.
Dictionary<string, Func<string, Task<Comparison>>> benchmarks = new()
{
    ["serving-overhead"] = ServingOverhead.Run,
    ["revert-commit"] = RevertCommit.Run,
};
if (Environment.GetEnvironmentVariable("LLMOPS_PII_CORPUS") is not null)
{
    benchmarks["pii-recall"] = PiiRecall.Run;
}
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "LlmOpsFunctions.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("run it from within the repository");
}
string results = Directory.CreateDirectory(Path.Combine(root, "artifacts", "bench")).FullName;
foreach (string name in args.Length == 0 ? [.. benchmarks.Keys] : args)
{
    if (!benchmarks.TryGetValue(name, out Func<string, Task<Comparison>>? run))
    {
        Console.Error.WriteLine($"'{name}' is not a benchmark; known are {string.Join(", ", benchmarks.Keys)}");
        return 2;
    }
    Comparison result = await run(root);
    string file = Path.Combine(results, $"{name}.json");
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Wire.Indented) + "\n");
    Console.WriteLine($"{name}: {result.Text}\n  {Path.GetRelativePath(root, file)}");
}
return 0;
