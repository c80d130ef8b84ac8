namespace LlmOps.Inference.Telemetry;

/// <summary>The bounds of the histograms.</summary>
internal static class Buckets
{
    /// <summary>Seconds of a request or of a part of it; finer than vLLM's at the low end, since a small model answers within milliseconds.</summary>
    public static readonly double[] Seconds =
        [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 40, 80];

    /// <summary>Seconds from one token to the next.</summary>
    public static readonly double[] TokenSeconds = [0.0001, 0.00025, 0.0005, .. Seconds];

    public static readonly double[] Tokens = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

    public static readonly double[] Answers = [1, 2, 5, 10, 20, 50, 100];

    public static readonly double[] Bytes = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];

    // OpenTelemetry's bounds for a server, with finer ones below those that it begins with
    // (semantic-conventions-genai, docs/gen-ai/gen-ai-metrics.md).
    public static readonly double[] GenAiDuration =
        [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    public static readonly double[] GenAiTokenSeconds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];

    public static readonly double[] GenAiFirstToken =
        [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
}
