namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>The matrices of a model by their places in it. Norms are ones.</summary>
internal static class LlamaWeights
{
    public static RandomMatrix Embedding(ModelShape shape) => new("embedding", shape.Vocabulary, shape.Hidden, 0.5);

    /// <summary>Special tokens and single bytes have a logit of 0, which the likeliest of thousands never is: no answer ends early.</summary>
    public static RandomMatrix Head(ModelShape shape) =>
        new("head", shape.Vocabulary, shape.Hidden, 2 / Math.Sqrt(shape.Hidden)) { SilentRows = Vocabulary.Unlikely };

    public static RandomMatrix Query(ModelShape shape, int layer) => Plain(layer, "q", shape.QueryWidth, shape.Hidden);

    public static RandomMatrix Key(ModelShape shape, int layer) => Plain(layer, "k", shape.KeyValueWidth, shape.Hidden);

    public static RandomMatrix Value(ModelShape shape, int layer) => Plain(layer, "v", shape.KeyValueWidth, shape.Hidden);

    public static RandomMatrix Output(ModelShape shape, int layer) => Residual(shape, layer, "o", shape.Hidden, shape.QueryWidth);

    public static RandomMatrix Gate(ModelShape shape, int layer) => Plain(layer, "gate", shape.FeedForward, shape.Hidden);

    public static RandomMatrix Up(ModelShape shape, int layer) => Plain(layer, "up", shape.FeedForward, shape.Hidden);

    public static RandomMatrix Down(ModelShape shape, int layer) => Residual(shape, layer, "down", shape.Hidden, shape.FeedForward);

    /// <summary>
    /// Neighbours in place of halves: llama.cpp rotates a head's numbers in neighbouring pairs, GroupQueryAttention those of its first
    /// half with those of its second.
    /// </summary>
    public static RandomMatrix Paired(RandomMatrix halves, int headSize, double deviation) =>
        new(halves.Name, halves.Rows, halves.Columns, deviation) { Order = row => Unpair(row, headSize) };

    public static double PlainDeviation(int columns) => 1 / Math.Sqrt(columns);

    private static int Unpair(int row, int headSize)
    {
        (int head, int at) = Math.DivRem(row, headSize);
        return (head * headSize) + ((at & 1) * headSize / 2) + (at >> 1);
    }

    private static RandomMatrix Plain(int layer, string name, int rows, int columns) =>
        new($"{layer}.{name}", rows, columns, PlainDeviation(columns));

    private static RandomMatrix Residual(ModelShape shape, int layer, string name, int rows, int columns) =>
        new($"{layer}.{name}", rows, columns, PlainDeviation(columns) / Math.Sqrt(2 * shape.Layers));
}
