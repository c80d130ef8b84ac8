using LlmOps.Inference.Models;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Inference.Models;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string _folder = Samples.Copy();

    [Fact]
    public void Sample_versions_have_the_digest_of_their_files()
    {
        ModelFolder folder = Samples.Open();
        Assert.Equal(("tiny-ops", "1.1.0"), (folder.Model, folder.Version));
        Assert.Equal("82851cfb771710dea419822abb762eb1633af784d51e22b2c3e8fc142a9c461c", folder.Digest);
        Assert.Equal([2], folder.EndTokens);
    }

    [Theory]
    [InlineData("generation_config.json", "\n", "generation_config.json: 110 bytes")]
    [InlineData("release.json", "x", "release.json: not JSON")]
    public void Changed_file_is_refused_by_name(string file, string appended, string message)
    {
        File.AppendAllText(Path.Combine(_folder, file), appended);
        AssertRefused(message);
    }

    [Fact]
    public void Same_size_with_other_bytes_is_refused()
    {
        using (FileStream weights = File.OpenWrite(Path.Combine(_folder, "model.onnx")))
        {
            weights.Position = 2_000_000;
            weights.WriteByte(0x5A);
        }
        AssertRefused("model.onnx: SHA-256 is");
    }

    [Fact]
    public void Missing_file_is_refused()
    {
        File.Delete(Path.Combine(_folder, "tokenizer.json"));
        AssertRefused("tokenizer.json: missing");
    }

    [Fact]
    public void Path_out_of_the_folder_is_refused()
    {
        Replace("\"path\": \"config.json\"", "\"path\": \"../config.json\"");
        AssertRefused("../config.json: leads out");
    }

    [Fact]
    public void File_that_no_digest_covers_is_refused()
    {
        string release = Path.Combine(_folder, "release.json");
        File.WriteAllLines(release, File.ReadAllLines(release).Where(line => !line.Contains("\"genai_config.json\"", StringComparison.Ordinal)));
        AssertRefused("genai_config.json: not listed");
    }

    [Theory]
    [InlineData("other", null)]
    [InlineData(null, "2.0.0")]
    public void Release_that_names_another_version_than_the_deployment_is_refused(string? model, string? version)
    {
        NamedVersion named = new(model, version, null);
        Assert.Contains("is asked for", Assert.Throws<RefusedModelException>(() => ModelFolder.Open(_folder, model, version, requireRelease: false, named)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Release_is_needed_only_where_required()
    {
        File.Delete(Path.Combine(_folder, "release.json"));
        AssertRefused("release.json: missing", requireRelease: true);
        ModelFolder folder = ModelFolder.Open(_folder, "other", "2.0.0", requireRelease: false);
        Assert.Equal(("other", "2.0.0", (string?)null), (folder.Model, folder.Version, folder.Digest));
    }

    [Fact]
    public void Config_that_does_not_fit_the_graph_is_refused()
    {
        File.Delete(Path.Combine(_folder, "release.json"));
        string config = Path.Combine(_folder, "genai_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("present.%d.key", "presents.%d.key", StringComparison.Ordinal));
        ModelFolder folder = ModelFolder.Open(_folder, null, null, requireRelease: false);
        Assert.Contains("present.0.key", Assert.Throws<RefusedModelException>(() => OnnxModel.Load(folder, threads: 1, rows: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_no_graph_are_refused_when_they_are_loaded()
    {
        byte[][] circleAndNumberWithoutEnd =
        [
            OnnxBytes.Model(OnnxBytes.Bytes(1, OnnxBytes.Text(1, "logits"), OnnxBytes.Text(2, "logits"), OnnxBytes.Text(4, "Identity"))),
            OnnxBytes.Model(OnnxBytes.Bytes(1,
                OnnxBytes.Text(1, "x"), OnnxBytes.Text(1, "w"), OnnxBytes.Text(1, "s"), OnnxBytes.Text(2, "logits"), OnnxBytes.Text(4, "MatMulNBits"),
                OnnxBytes.Text(7, "com.microsoft"), OnnxBytes.Bytes(5, OnnxBytes.Text(1, "bits"), OnnxBytes.Bytes(3, [0x80])))),
        ];
        File.Delete(Path.Combine(_folder, "release.json"));
        foreach (byte[] weights in circleAndNumberWithoutEnd)
        {
            File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), weights);
            ModelFolder folder = ModelFolder.Open(_folder, null, null, requireRelease: false);
            Assert.Throws<RefusedModelException>(() => OnnxModel.Load(folder, threads: 1, rows: 1));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Replace(string old, string with)
    {
        string release = Path.Combine(_folder, "release.json");
        File.WriteAllText(release, File.ReadAllText(release).Replace(old, with, StringComparison.Ordinal));
    }

    private void AssertRefused(string message, bool requireRelease = false)
    {
        RefusedModelException refusal = Assert.Throws<RefusedModelException>(() => ModelFolder.Open(_folder, null, null, requireRelease));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }
}
