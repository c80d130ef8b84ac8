using LlmOps.Benchmarks.Serving.Measures;
using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving;

/// <summary>Ours against the engines that users would pick instead, with the same weights on the same machine in the same run.</summary>
internal static class ServingBenchmark
{
    public static async Task<ServingReport> Run(string root, ServingOptions options)
    {
        GeneratedModel model = GeneratedModel.Make(ModelShape.Large, Path.Combine(root, "artifacts", "bench", "models"), Console.WriteLine);
        return await new ServingRun(options, model, root, Console.WriteLine).Measure();
    }
}
