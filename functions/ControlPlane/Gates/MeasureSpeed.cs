namespace LlmOps.Gates;

/// <summary>How fast a version generates, by the samples of its evaluation.</summary>
public static class MeasureSpeed
{
    /// <summary>Tokens a second over all answers, one request at a time; 0 when there is none. What came from the cache took no time and is left out.</summary>
    public static double TokensPerSecond(IEnumerable<Sample> samples)
    {
        (double tokens, double seconds) = samples.Where(sample => sample is { Error: null, Cached: false, Tokens: > 0, LatencyMs: > 0 })
            .Aggregate((Tokens: 0.0, Seconds: 0.0), (sum, sample) => (sum.Tokens + sample.Tokens, sum.Seconds + (sample.LatencyMs / 1000)));
        return seconds > 0 ? tokens / seconds : 0;
    }
}
