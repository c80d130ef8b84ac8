namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>The forms of one model on disk, made once.</summary>
internal sealed record GeneratedModel(ModelShape Shape, string Folder)
{
    // Raised whenever what is written changes.
    private const int Edition = 1;

    public string Onnx(string precision) => Path.Combine(Folder, $"onnx-{precision}");

    public string Gguf(string precision) => Path.Combine(Folder, $"gguf-{precision}", "model.gguf");

    /// <summary>Makes the forms that are not there; one that was begun and not ended is begun anew.</summary>
    public static GeneratedModel Make(ModelShape shape, string folder, Action<string> tell)
    {
        GeneratedModel model = new(shape, Path.Combine(folder, $"{shape.Name}-{Edition}"));
        foreach (string precision in Precisions.All)
        {
            bool quantized = precision == Precisions.Int4;
            Once(model.Onnx(precision), tell, () => WriteOnnx.To(model.Onnx(precision), shape, quantized));
            Once(Path.GetDirectoryName(model.Gguf(precision))!, tell, () => WriteGguf.To(model.Gguf(precision), shape, quantized));
        }
        return model;
    }

    private static void Once(string folder, Action<string> tell, Action write)
    {
        string done = Path.Combine(folder, ".complete");
        if (File.Exists(done)) return;
        tell($"writing {folder}");
        write();
        File.WriteAllText(done, "");
    }
}
