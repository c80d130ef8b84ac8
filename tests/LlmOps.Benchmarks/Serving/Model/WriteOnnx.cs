using System.Globalization;

namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>
/// Writes a model as ONNX Runtime GenAI's model builder lays it out for CPUs: one matrix for query, key and value, rotation and cache in
/// GroupQueryAttention; with 4 bits, MatMulNBits of blocks of 32 for all matrices, the output layer included, at accuracy level 4.
/// </summary>
internal sealed class WriteOnnx
{
    public const string FileName = "model.onnx";
    private const string WeightsName = "model.onnx.data";

    private readonly ModelShape _shape;
    private readonly OnnxMatrices _matrices;
    private readonly GraphFile _graph;

    private WriteOnnx(ModelShape shape, bool quantized, GraphFile graph) =>
        (_shape, _graph, _matrices) = (shape, graph, new OnnxMatrices(graph, quantized));

    public static void To(string folder, ModelShape shape, bool quantized)
    {
        Directory.CreateDirectory(folder);
        using FileStream weights = File.Create(Path.Combine(folder, WeightsName), 1 << 20);
        GraphFile graph = new(weights, WeightsName);
        new WriteOnnx(shape, quantized, graph).Build();
        File.WriteAllBytes(Path.Combine(folder, FileName), graph.Model());
        WriteConfigs.To(folder, shape);
        Vocabulary.Write(shape, folder);
    }

    private void Build()
    {
        DeclareInputs();
        string[] shared = Shared();
        string hidden = _graph.Add("Gather", [_matrices.Table("embedding", LlamaWeights.Embedding(_shape)), "input_ids"]);
        string normed = _graph.Add("SimplifiedLayerNormalization", [hidden, Ones("0.attention_norm")], null, ("axis", -1), ("epsilon", ModelShape.Epsilon), ("stash_type", 1));
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            string attended = Attend(layer, normed, shared);
            (normed, hidden) = AddAndNorm(hidden, attended, $"{layer}.feed_forward_norm");
            string fed = FeedForward(layer, normed);
            (normed, hidden) = AddAndNorm(hidden, fed, layer + 1 == _shape.Layers ? "norm" : $"{layer + 1}.attention_norm");
        }
        _graph.Add("Identity", [_matrices.Multiply(normed, "head", LlamaWeights.Head(_shape))], ["logits"]);
    }

    private void DeclareInputs()
    {
        string Size(int number) => number.ToString(CultureInfo.InvariantCulture);
        _graph.Input("input_ids", GraphFile.Int64, "batch_size", "sequence_length");
        _graph.Input("attention_mask", GraphFile.Int64, "batch_size", "total_sequence_length");
        _graph.Output("logits", GraphFile.Float, "batch_size", "sequence_length", Size(_shape.Vocabulary));
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            foreach (string kind in new[] { "key", "value" })
            {
                _graph.Input($"past_key_values.{layer}.{kind}", GraphFile.Float, "batch_size", Size(_shape.KeyValueHeads), "past_sequence_length", Size(_shape.HeadSize));
                _graph.Output($"present.{layer}.{kind}", GraphFile.Float, "batch_size", Size(_shape.KeyValueHeads), "total_sequence_length", Size(_shape.HeadSize));
            }
        }
    }

    // What every layer's attention takes: lengths, the mask's width, and the tables of the rotation.
    private string[] Shared()
    {
        string sum = _graph.Add("ReduceSum", ["attention_mask", _graph.Constant("one_axis", 1)], null, ("keepdims", 0));
        string lengths = _graph.Add("Cast", [_graph.Add("Sub", [sum, _graph.Constant("one", 1)])], ["seqlens_k"], ("to", GraphFile.Int32));
        string width = _graph.Add("Gather", [_graph.Add("Shape", ["attention_mask"]), _graph.Constant("index_one", 1)], null, ("axis", 0));
        string total = _graph.Add("Cast", [width], ["total_seq_len"], ("to", GraphFile.Int32));
        return [lengths, total, Rotation("cos_cache", Math.Cos), Rotation("sin_cache", Math.Sin)];
    }

    private string Rotation(string name, Func<double, double> function)
    {
        int half = _shape.HeadSize / 2;
        float[] values = new float[_shape.ContextLength * half];
        for (int i = 0; i < values.Length; i++)
        {
            double frequency = Math.Pow(ModelShape.RotaryBase, -2.0 * (i % half) / _shape.HeadSize);
            values[i] = (float)function(i / half * frequency);
        }
        return _graph.Weight(name, GraphFile.Float, values, _shape.ContextLength, half);
    }

    private string Attend(int layer, string input, string[] shared)
    {
        string packed = _matrices.Multiply(
            input, $"{layer}.qkv", LlamaWeights.Query(_shape, layer), LlamaWeights.Key(_shape, layer), LlamaWeights.Value(_shape, layer));
        string attended = _graph.Add(
            "GroupQueryAttention", [packed, "", "", $"past_key_values.{layer}.key", $"past_key_values.{layer}.value", .. shared],
            [$"attention_{layer}", $"present.{layer}.key", $"present.{layer}.value"],
            ("num_heads", _shape.Heads), ("kv_num_heads", _shape.KeyValueHeads), ("do_rotary", 1), ("rotary_interleaved", 0), ("scale", (float)(1 / Math.Sqrt(_shape.HeadSize))));
        return _matrices.Multiply(attended, $"{layer}.o", LlamaWeights.Output(_shape, layer));
    }

    private string FeedForward(int layer, string input)
    {
        string gate = _matrices.Multiply(input, $"{layer}.gate", LlamaWeights.Gate(_shape, layer));
        string up = _matrices.Multiply(input, $"{layer}.up", LlamaWeights.Up(_shape, layer));
        string silu = _graph.Add("Mul", [gate, _graph.Add("Sigmoid", [gate])]);
        return _matrices.Multiply(_graph.Add("Mul", [silu, up]), $"{layer}.down", LlamaWeights.Down(_shape, layer));
    }

    private (string Normed, string Sum) AddAndNorm(string hidden, string added, string name)
    {
        _graph.Add("SkipSimplifiedLayerNormalization", [hidden, added, Ones(name)], [$"{name}.out", "", "", $"{name}.sum"], ("epsilon", ModelShape.Epsilon));
        return ($"{name}.out", $"{name}.sum");
    }

    private string Ones(string name)
    {
        float[] ones = new float[_shape.Hidden];
        Array.Fill(ones, 1);
        return _graph.Weight(name, GraphFile.Float, ones, _shape.Hidden);
    }
}
