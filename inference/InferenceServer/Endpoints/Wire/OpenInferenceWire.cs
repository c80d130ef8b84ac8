using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record ServerLive(bool Live);

internal sealed record ServerReady(bool Ready);

internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

internal sealed record ModelReady(string Name, bool Ready);

internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs);

/// <summary>A tensor; -1 stands for any number.</summary>
internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<int> Shape);

internal sealed record ErrorText(string Error);

internal sealed record Inferred(string ModelName, string ModelVersion, string Id, IReadOnlyList<OutputTensor> Outputs);

internal sealed record OutputTensor(string Name, IReadOnlyList<int> Shape, string Datatype, IReadOnlyList<string> Data);

internal sealed record InferredVectors(string ModelName, string ModelVersion, string Id, IReadOnlyList<VectorTensor> Outputs);

internal sealed record VectorTensor(string Name, IReadOnlyList<int> Shape, string Datatype, IReadOnlyList<float> Data);

internal sealed record Generated(
    string Id, string ModelName, string ModelVersion, string TextOutput,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GeneratedDetails? Details);

internal sealed record GeneratedDetails(string FinishReason, IReadOnlyList<TokenDetails> Logprobs);

internal sealed record TokenDetails(int Id, float Logprob, bool Special, string Text);
