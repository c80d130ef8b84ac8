using System.Globalization;
using LlmOps.Benchmarks.Serving.Measures;

namespace LlmOps.Benchmarks.Serving.Output;

/// <summary>The rows as a Markdown table, which the console shows as well.</summary>
internal static class ResultsTable
{
    public static string Of(ServingReport report)
    {
        List<string> lines =
        [
            "| precision | streams | engine | tokens/s | decode tokens/s | of bound | TTFT p50 / p95 ms | between tokens p50 / p99 ms | peak MB |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ];
        foreach (ServingRow row in report.Rows.OrderByDescending(row => row.Precision).ThenBy(row => row.Streams).ThenByDescending(row => row.TokensPerSecond))
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Precision} | {row.Streams} | {row.Engine} | {row.TokensPerSecond:F1} | {row.DecodeTokensPerSecond:F1} | {row.ShareOfBound:P0} | {row.TtftP50Ms:F0} / {row.TtftP95Ms:F0} | {row.ItlP50Ms:F1} / {row.ItlP99Ms:F1} | {row.PeakMemoryMB:F0} |"));
        }
        return string.Join('\n', lines);
    }
}
