namespace LlmOps.Benchmarks.Serving.Engines;

/// <summary>One answer: its tokens, and when each came, in milliseconds since all requests of the burst were sent.</summary>
internal sealed record StreamTimes(IReadOnlyList<int> Tokens, IReadOnlyList<double> Milliseconds);

/// <summary>A burst of requests, as a peer's process reads it.</summary>
internal sealed record Burst(IReadOnlyList<IReadOnlyList<int>> Prompts, int Tokens);

/// <summary>What a peer's process says: that it is ready, what it is, its answers, or why there are none.</summary>
internal sealed record PeerLine(string? Ready = null, string? Error = null, IReadOnlyList<StreamTimes>? Streams = null);
