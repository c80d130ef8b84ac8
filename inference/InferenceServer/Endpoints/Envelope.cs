namespace LlmOps.Inference.Endpoints;

/// <summary>What every part of an answer repeats.</summary>
/// <param name="Created">Seconds since 1970.</param>
internal sealed record Envelope(string Id, long Created, string Model, string Fingerprint);
