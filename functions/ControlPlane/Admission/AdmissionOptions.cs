using System.ComponentModel.DataAnnotations;

namespace LlmOps.Admission;

/// <summary>How large and how deep an upload may be, and which operators its models may use.</summary>
public sealed record AdmissionOptions
{
    /// <summary>Files of a version.</summary>
    [Range(1, 10_000)] public int MaxFiles { get; init; } = 1_000;

    /// <summary>Bytes of one file.</summary>
    [Range(1L << 10, 1L << 42)] public long MaxFileBytes { get; init; } = 64L << 30;

    /// <summary>Bytes of all files of a version together.</summary>
    [Range(1L << 10, 1L << 44)] public long MaxTotalBytes { get; init; } = 256L << 30;

    /// <summary>Bytes of a JSON file; it is held in memory while it is checked.</summary>
    [Range(1 << 10, 1 << 30)] public int MaxJsonBytes { get; init; } = 64 << 20;

    /// <summary>Objects and arrays within each other in a JSON file.</summary>
    [Range(4, 1_000)] public int MaxJsonDepth { get; init; } = 64;

    /// <summary>Messages within each other in an ONNX file. ONNX Runtime itself stops at protobuf's 100.</summary>
    [Range(4, 100)] public int MaxOnnxDepth { get; init; } = 64;

    /// <summary>Nodes of all graphs and functions of an ONNX file.</summary>
    [Range(1, 100_000_000)] public int MaxNodes { get; init; } = 500_000;

    /// <summary>Attributes of all nodes of an ONNX file.</summary>
    [Range(1, 100_000_000)] public int MaxAttributes { get; init; } = 2_000_000;

    /// <summary>Graphs within nodes of an ONNX file.</summary>
    [Range(0, 1_000_000)] public int MaxSubGraphs { get; init; } = 10_000;

    /// <summary>Tensors of an ONNX file.</summary>
    [Range(1, 100_000_000)] public int MaxTensors { get; init; } = 500_000;

    /// <summary>Functions of an ONNX file.</summary>
    [Range(0, 1_000_000)] public int MaxFunctions { get; init; } = 10_000;

    /// <summary>Bytes of a name in an ONNX file: of a node, a value, an operator, a domain, a location.</summary>
    [Range(64, 1 << 16)] public int MaxNameBytes { get; init; } = 4 << 10;

    /// <summary>Bytes of a text for people in an ONNX file: descriptions and values of its metadata.</summary>
    [Range(64, 1 << 28)] public int MaxTextBytes { get; init; } = 1 << 20;

    /// <summary>Operator domains beside ONNX's own and com.microsoft, for servers that have them built in.</summary>
    [Required] public List<string> OperatorDomains { get; init; } = [];
}
