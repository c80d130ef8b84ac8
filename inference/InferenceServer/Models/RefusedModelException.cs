namespace LlmOps.Inference.Models;

/// <summary>A model folder that must not be served; the message names the file and the reason.</summary>
internal sealed class RefusedModelException(string message) : Exception(message);
