namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary>The names of the tensors that a model takes and gives.</summary>
internal static class InferTensors
{
    public const string Input = "text_input";
    public const string Output = "text_output";
    public const string Embedding = "embedding";
}
