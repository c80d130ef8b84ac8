namespace LlmOps.Inference.Tokenization;

/// <summary>A tokenizer file that asks for something this tokenizer does not do; guessing would change what the model reads.</summary>
internal sealed class UnsupportedTokenizerException(string message) : Exception(message);
