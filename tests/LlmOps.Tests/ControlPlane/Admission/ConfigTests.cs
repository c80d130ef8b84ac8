using System.Text;
using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>What stands beside the model: files that must be there, caps, and configurations that name no code.</summary>
public sealed class ConfigTests
{
    [Fact]
    public async Task The_smallest_version_is_admitted() => Assert.Null((await Look(TinyVersion.Files("w"))).Refusal);

    [Theory]
    [InlineData("genai_config.json", "lists no genai_config.json")]
    [InlineData("tokenizer.json", "lists no tokenizer.json")]
    [InlineData("tokenizer_config.json", "lists no tokenizer_config.json")]
    [InlineData("model.onnx", "names 'model.onnx' at 'model.decoder.filename', which release.json does not list")]
    public async Task A_file_that_the_server_needs_must_be_there(string file, string says)
    {
        Dictionary<string, byte[]> files = TinyVersion.Files("w");
        files.Remove(file);
        Assert.Contains(says, (await Look(files)).Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "is not JSON as admitted")]
    [InlineData("", "is not JSON as admitted")]
    [InlineData("""{ "a": 1, "a": 2 }""", "is not JSON as admitted")]
    [InlineData("""{ "a": 1, "\u0061": 2 }""", "is not JSON as admitted")]
    [InlineData("""{ "\ud800": 1 }""", "is not JSON as admitted")]
    [InlineData("DEEP", "at most 64 deep")]
    public async Task A_configuration_must_be_JSON(string text, string says)
    {
        string json = text == "DEEP" ? string.Concat(Enumerable.Repeat("[", 10_000)) : text;
        foreach (string file in new[] { "genai_config.json", "tokenizer.json", "config.json", "sub/other.JSON" })
        {
            Assert.Contains($"{file} {says}".Replace($"{file} at most", "at most"), await Refusal(file, json), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx","session_options":{"custom_ops_library":"x.so"}}}}""", "a library at 'model.decoder.session_options.custom_ops_library'")]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx","a":[[{"CustomOps_Library":""}]]}}}""", "a library at")]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx","session_options":{"provider_options":[{"QNN":{"backend_path":"QnnHtp"}}]}}}}""", "a library at")]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx","x":"./evil.so.1"}}}""", "a library at")]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx","x":"EVIL.DLL"}}}""", "a library at")]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx","cache_dir":"../../tmp"}}}""", "a place outside of the version")]
    [InlineData("""{"model":{"decoder":{"filename":"../model.onnx"}}}""", "which release.json does not list")]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx"},"vision":{"filename":"vision.onnx"}}}""", "names 'vision.onnx'")]
    [InlineData("""{"model":{"decoder":{"filename":"model.onnx"},"speech":{"config_filename":"/etc/x"}}}""", "names '/etc/x'")]
    [InlineData("""{"model":{"decoder":{}}}""", "names no model file")]
    [InlineData("[]", "names no model file")]
    [InlineData("null", "names no model file")]
    public async Task Genai_config_names_no_library_and_no_file_elsewhere(string json, string says) =>
        Assert.Contains(says, await Refusal("genai_config.json", json), StringComparison.Ordinal);

    [Theory]
    [InlineData("tokenizer_config.json", """{"auto_map":{"AutoTokenizer":["evil--tok.Tok",null]}}""", "asks for code by 'auto_map'")]
    [InlineData("tokenizer_config.json", """{"a":[{"trust_remote_code":false}]}""", "asks for code by 'a.trust_remote_code'")]
    [InlineData("config.json", """{"auto_map":{}}""", "asks for code by 'auto_map'")]
    [InlineData("tokenizer_config.json", """{"vocab_file":"/etc/passwd"}""", "a file outside of the version at 'vocab_file'")]
    [InlineData("tokenizer_config.json", """{"tokenizer_file":"https://x/y"}""", "a file outside of the version")]
    [InlineData("tokenizer_config.json", "[]", "holds Array where an object is expected")]
    public async Task A_configuration_asks_for_no_code(string file, string json, string says) =>
        Assert.Contains(says, await Refusal(file, json), StringComparison.Ordinal);

    [Fact]
    public async Task A_token_may_be_called_as_a_key_that_is_refused() =>
        Assert.Null(await Refusal("tokenizer.json", """{"model":{"vocab":{"auto_map":1,"custom_ops_library":2}}}"""));

    [Fact]
    public async Task An_export_of_Optimum_describes_itself_in_config_json()
    {
        Dictionary<string, byte[]> files = TinyVersion.Files("w");
        files.Remove("genai_config.json");
        files["onnx/model.onnx"] = files["model.onnx"];
        files.Remove("model.onnx");
        Assert.Contains("lists no genai_config.json", (await Look(files)).Refusal, StringComparison.Ordinal);
        files["config.json"] = "{}"u8.ToArray();
        Assert.Null((await Look(files)).Refusal);
    }

    [Fact]
    public async Task A_file_that_genai_config_names_is_judged_as_a_model_whatever_it_is_called()
    {
        Dictionary<string, byte[]> files = TinyVersion.Files("w");
        files["decoder.bin"] = "no model"u8.ToArray();
        files["genai_config.json"] = Encoding.UTF8.GetBytes(TinyVersion.Genai.Replace("model.onnx", "decoder.bin", StringComparison.Ordinal));
        Assert.Contains("decoder.bin at byte", (await Look(files)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_much_is_refused_unread()
    {
        Dictionary<string, byte[]> files = TinyVersion.Files("w");
        AdmissionReport many = await Look(files, new AdmissionOptions { MaxFiles = 3 }, (_, _) => throw new InvalidOperationException("was read"));
        Assert.Contains("lists 4 files; 3 are admitted", many.Refusal, StringComparison.Ordinal);
        files["more.bin"] = new byte[3_000];
        AdmissionReport large = await Look(files, new AdmissionOptions { MaxFileBytes = 2_000 }, (_, _) => throw new InvalidOperationException("was read"));
        Assert.Contains("more.bin has 3,000 bytes; 2,000 are admitted", large.Refusal, StringComparison.Ordinal);
        AdmissionReport total = await Look(files, new AdmissionOptions { MaxTotalBytes = 3_001 }, (_, _) => throw new InvalidOperationException("was read"));
        Assert.Contains("3,001 are admitted", total.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_above_two_gigabytes_and_sizes_beyond_counting_are_refused_unread()
    {
        UploadManifest manifest = TinyVersion.Describe("m", "1.0.0", TinyVersion.Files("w"));
        manifest = manifest with { Files = [.. manifest.Files.Select(file => file.Path == "model.onnx" ? file with { Size = 1L << 31 } : file), new("x", long.MaxValue, new string('0', 64)), new("y", long.MaxValue, new string('0', 64))] };
        AdmissionReport report = await new AdmitVersion(new AdmissionOptions()).Handle(
            manifest, [], SignatureDemand.None, (_, _) => throw new InvalidOperationException("was read"), default);
        Assert.Contains("model.onnx has 2,147,483,648 bytes; 2,147,483,647 are admitted: save the model with external data", report.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task External_data_lie_beside_the_model_that_names_them()
    {
        Dictionary<string, byte[]> files = TinyVersion.Files("w");
        files["sub/extra.onnx"] = OnnxBytes.Model(OnnxBytes.External("location", "w.bin", "length", "8"));
        files["w.bin"] = new byte[8];
        Assert.Contains("sub/extra.onnx at byte", (await Look(files)).Refusal, StringComparison.Ordinal);
        files["sub/w.bin"] = new byte[8];
        Assert.Null((await Look(files)).Refusal);
    }

    private static async Task<string?> Refusal(string file, string text)
    {
        Dictionary<string, byte[]> files = TinyVersion.Files("w");
        files[file] = Encoding.UTF8.GetBytes(text);
        return (await Look(files)).Refusal;
    }

    private static Task<AdmissionReport> Look(IReadOnlyDictionary<string, byte[]> files, AdmissionOptions? options = null, OpenFile? open = null)
    {
        UploadManifest manifest = TinyVersion.Describe("m", "1.0.0", files);
        return new AdmitVersion(options ?? new AdmissionOptions()).Handle(manifest, TinyVersion.Json(manifest), SignatureDemand.None, open ?? Open, default);

        Task<BlobContent?> Open(string path, CancellationToken cancellation) => Task.FromResult(
            files.TryGetValue(path, out byte[]? bytes) ? new BlobContent(new MemoryStream(bytes), "", bytes.Length) : null);
    }
}
