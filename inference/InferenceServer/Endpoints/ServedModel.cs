using LlmOps.Inference.Endpoints.Tools;
using LlmOps.Inference.Models;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>A version that this process serves, as its endpoints need to know it.</summary>
internal sealed record ServedModel
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string? Digest { get; init; }
    public required string Slot { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>What answers in this vocabulary have been held to.</summary>
    public KnownGrammars Grammars => LazyInitializer.EnsureInitialized(ref field, () => new KnownGrammars(Tokenizer.Texts));

    /// <summary>Null when the model has no chat template.</summary>
    public required ChatTemplate? Template { get; init; }

    /// <summary>How the model writes that it calls a function; null where its chat template takes none.</summary>
    public required ToolFormat? ToolFormat { get; init; }

    /// <summary>What a chat without a system message begins with; null leaves it as it is.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>How the model makes embeddings; null for one that makes text.</summary>
    public EmbeddingConfig? Embedding { get; init; }

    /// <summary>Tokens that end an answer.</summary>
    public required IReadOnlySet<int> EndTokens { get; init; }

    /// <summary>Longest prompt and answer together, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Tokens that the model knows: ids from 0 to below this number.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>What a request gets that states no temperature; 0 is greedy.</summary>
    public required double Temperature { get; init; }

    /// <summary>Share of probability kept where a request states none, over 0 and up to 1.</summary>
    public required double TopP { get; init; }

    /// <summary>Number of likeliest tokens kept where a request states none; 0 keeps all.</summary>
    public required int TopK { get; init; }

    /// <summary>Whether a token means something to tokenizer and model both; files may name more than the weights have.</summary>
    public bool Knows(int token) => token < VocabularySize && Tokenizer.Knows(token);

    public bool Answers(string model) => model == Name || model == $"{Name}@{Version}";
}
