using LlmOps.Benchmarks.Serving.Engines;
using LlmOps.Benchmarks.Serving.Measures;
using LlmOps.Benchmarks.Serving.Model;
using LlmOps.Benchmarks.Serving.Output;

namespace LlmOps.Benchmarks.Serving;

/// <summary>Ours against the engines that users would pick instead, with the same weights on the same machine in the same run.</summary>
internal static class ServingBenchmark
{
    private const int OverheadRounds = 7;

    public static async Task<ServingReport> Run(string root, ServingOptions options)
    {
        string folder = Path.Combine(root, "artifacts", "bench");
        GeneratedModel model = GeneratedModel.Make(ModelShape.Large, Path.Combine(folder, "models"), Console.WriteLine);
        ServingReport report = await new ServingRun(options, model, root, Console.WriteLine).Measure();
        if (options.Engines.Contains(OurServer.EngineName))
        {
            report = report with { Overhead = await OverheadOfServing.Measure(model, options.Precisions[0], options.Threads, options.Tokens, OverheadRounds) };
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "serving.svg"), ServingPlot.Of(report, model.Shape));
        Console.WriteLine(ResultsTable.Of(report));
        return report;
    }
}
