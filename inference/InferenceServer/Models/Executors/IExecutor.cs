namespace LlmOps.Inference.Models.Executors;

/// <summary>
/// Runs a decoder over the rows of a key-value cache; a row holds the keys and values of one sequence from position 0 on.
/// Not thread-safe: one owner runs it. Logits are valid until the next call.
/// </summary>
internal interface IExecutor : IDisposable
{
    /// <summary>Sequences that fit into the cache at a time.</summary>
    int Rows { get; }

    /// <summary>Most tokens of one <see cref="Prefill"/>; bounds the time until others are served.</summary>
    int MaxChunk { get; }

    /// <summary>Most tokens of one <see cref="Score"/>; bounds the memory for logits.</summary>
    int MaxScored { get; }

    /// <summary>Puts the next tokens of one row's sequence into the cache.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="tokens">1 to <see cref="MaxChunk"/> token ids.</param>
    /// <param name="past">Positions of the row that stay; what lies behind them is overwritten.</param>
    /// <returns>Shape [vocabulary], what follows the last of the tokens.</returns>
    ReadOnlySpan<float> Prefill(int row, scoped ReadOnlySpan<int> tokens, int past);

    /// <summary>As <see cref="Prefill"/>, for 1 to <see cref="MaxScored"/> tokens, and tells what follows each.</summary>
    /// <returns>Shape [tokens, vocabulary], row by row.</returns>
    ReadOnlySpan<float> Score(int row, scoped ReadOnlySpan<int> tokens, int past);

    /// <summary>Puts one token into each of the first rows, at its own position.</summary>
    /// <param name="tokens">A token id for each of the rows 0, 1, 2, …</param>
    /// <param name="past">For each of them the positions that stay.</param>
    /// <returns>Shape [rows, vocabulary], row by row.</returns>
    ReadOnlySpan<float> Decode(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> past);

    /// <summary>Copies the first positions of a row over those of another.</summary>
    void Copy(int from, int to, int length);
}
