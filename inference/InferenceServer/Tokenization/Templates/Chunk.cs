namespace LlmOps.Inference.Tokenization.Templates;

internal enum ChunkKind
{
    Text,
    Output,
    Statement,
}

/// <summary>A stretch of a template: literal text, or the inside of an output or a statement tag.</summary>
internal readonly record struct Chunk(ChunkKind Kind, string Content);
