namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>A JSON Schema that answers cannot be held to; the message names the place and the keyword.</summary>
internal sealed class SchemaException(string message) : Exception(message);
