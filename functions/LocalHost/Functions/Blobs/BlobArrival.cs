using LlmOps.Ports;

namespace LlmOps.LocalHost.Functions.Blobs;

/// <summary>A blob that a function has not handled yet, and the values in its name.</summary>
internal sealed record BlobArrival(EmbeddedFunction Function, string Container, BlobItem Blob, IReadOnlyDictionary<string, object?> Values);
