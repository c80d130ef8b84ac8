using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Reports;

/// <summary>The phases of a request over all its answers; each is null where it was not reached.</summary>
/// <param name="Queued">When it came to the engine.</param>
/// <param name="Started">When the work on the first answer began.</param>
/// <param name="FirstToken">When the first token of any answer came.</param>
/// <param name="LastToken">When the last token of any answer came.</param>
/// <param name="UntilFirstToken">From arrival to the first token.</param>
internal sealed record RequestTimes(
    DateTimeOffset? Queued, DateTimeOffset? Started, DateTimeOffset? FirstToken, DateTimeOffset? LastToken, TimeSpan? UntilFirstToken)
{
    /// <summary>Reads the clocks of the answers.</summary>
    public static RequestTimes Of(RequestRecord record, TimeProvider clock)
    {
        if (record.FromCache) return new RequestTimes(null, null, null, null, null);
        long now = clock.GetTimestamp();
        DateTimeOffset today = clock.GetUtcNow();
        RequestClock[] begun = [.. record.Generations.Select(one => one.Times).OfType<RequestClock>()];
        RequestClock[] answered = [.. record.Generations.Where(one => one.GeneratedCount > 0).Select(one => one.Times!)];
        long? first = Least(answered, times => times.FirstTokenAt);
        return new RequestTimes(
            At(record.Generations.Count == 0 ? null : record.Generations.Min(one => one.ArrivedAt)),
            At(Least(begun, times => times.StartedAt)),
            At(first),
            At(answered.Length == 0 ? null : answered.Max(times => times.LastTokenAt)),
            first is { } came ? clock.GetElapsedTime(record.ArrivedAt, came) : null);

        DateTimeOffset? At(long? timestamp) => timestamp is { } then ? today - clock.GetElapsedTime(then, now) : null;
    }

    private static long? Least(RequestClock[] all, Func<RequestClock, long> of) => all.Length == 0 ? null : all.Min(of);
}
