namespace LlmOps.Benchmarks.Serving.Measures;

/// <summary>One engine at one precision and number of streams.</summary>
/// <param name="Engine">"ours", "llamacpp", "genai" or "transformersjs".</param>
/// <param name="Precision">"int4" or "fp32".</param>
/// <param name="Streams">Requests at a time.</param>
/// <param name="TokensPerSecond">All generated tokens by the time from the first request to the last token; the median of the rounds.</param>
/// <param name="TtftP50Ms">Time to the first token, in milliseconds, over all streams and rounds.</param>
/// <param name="TtftP95Ms">The same, 95th percentile.</param>
/// <param name="ItlP50Ms">Time between two tokens of a stream, in milliseconds.</param>
/// <param name="ItlP99Ms">The same, 99th percentile.</param>
/// <param name="PeakMemoryMB">Most that the engine's process has held until then, in units of 2²⁰ bytes.</param>
/// <param name="ShareOfBound">Decoding rate by what the measured bandwidth allows, 0 to 1.</param>
/// <param name="DecodeTokensPerSecond">Tokens per second while all streams decode; the median of the rounds.</param>
internal sealed record ServingRow(
    string Engine, string Precision, int Streams, double TokensPerSecond, double TtftP50Ms, double TtftP95Ms, double ItlP50Ms, double ItlP99Ms,
    double PeakMemoryMB, double ShareOfBound, double DecodeTokensPerSecond);
