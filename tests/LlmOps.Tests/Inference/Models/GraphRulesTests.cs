using LlmOps.Inference.Models;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Inference.Models;

/// <summary>What a model file may ask of the runtime.</summary>
public sealed class GraphRulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graph-").FullName;

    [Fact]
    public void A_model_of_the_runtimes_operators_and_data_beside_it_is_taken()
    {
        Beside("weights.bin", 100);
        Check(OnnxBytes.Model(OnnxBytes.Node("Add"), OnnxBytes.Node("GroupQueryAttention", "com.microsoft"),
            OnnxBytes.External("location", "weights.bin", "offset", "60", "length", "40")), "weights.bin");
    }

    [Theory]
    [InlineData("acme.custom", "Run", "the operator domain 'acme.custom'")]
    [InlineData("com.microsoft", "EPContext", "carries compiled code")]
    public void An_operator_that_brings_code_is_refused_wherever_it_stands(string domain, string type, string told)
    {
        byte[] node = OnnxBytes.Node(type, domain);
        AssertRefused(told, OnnxBytes.Model(node));
        AssertRefused(told, OnnxBytes.Model(OnnxBytes.Node("If", "", OnnxBytes.Branch(node))));
        AssertRefused(told, OnnxBytes.Join(OnnxBytes.Model(), OnnxBytes.Bytes(25, OnnxBytes.Text(1, "f"), OnnxBytes.Text(10, ""), OnnxBytes.Bytes(7, OnnxBytes.Calls(type, domain)))));
    }

    [Fact]
    public void A_domain_that_only_a_function_or_an_operator_set_names_is_refused()
    {
        AssertRefused("'acme'", OnnxBytes.Join(OnnxBytes.Model(), OnnxBytes.Function("f", "acme")));
        AssertRefused("'acme'", OnnxBytes.Join(OnnxBytes.Model(), OnnxBytes.Bytes(8, OnnxBytes.Text(1, "acme"), OnnxBytes.Integer(2, 1))));
    }

    [Theory]
    [InlineData("leads out", "location", "../weights.bin")]
    [InlineData("leads out", "location", "/etc/passwd")]
    [InlineData("has no location", "offset", "1")]
    [InlineData("has the key 'basepath'", "location", "weights.bin", "basepath", "/")]
    [InlineData("has a key twice", "location", "weights.bin", "location", "weights.bin")]
    [InlineData("not a number", "location", "weights.bin", "offset", "-1")]
    [InlineData("has 41 bytes at 60", "location", "weights.bin", "offset", "60", "length", "41")]
    [InlineData("does not list", "location", "other.bin")]
    [InlineData("missing", "location", "gone.bin")]
    [InlineData("is a link", "location", "link.bin")]
    public void Data_that_does_not_lie_in_a_file_of_the_version_is_refused(string told, params string[] entries)
    {
        Beside("weights.bin", 100);
        Beside("other.bin", 100);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), "/etc/passwd");
        byte[] tensor = OnnxBytes.External(entries);
        AssertRefused(told, OnnxBytes.Model(tensor), "weights.bin", "gone.bin", "link.bin");
        AssertRefused(told, OnnxBytes.Model(OnnxBytes.Node("If", "", OnnxBytes.Branch(tensor))), "weights.bin", "gone.bin", "link.bin");
    }

    [Fact]
    public void A_configuration_that_names_a_library_is_refused()
    {
        foreach (string json in new[] { """{"model":{"decoder":{"session_options":{"custom_ops_library":"x"}}}}""", """{"a":[{"b":"libevil.so.1"}]}""" })
        {
            File.WriteAllText(Path.Combine(_folder, "genai_config.json"), json);
            Assert.Contains("names a library", Assert.Throws<RefusedModelException>(() => ConfigRules.Check(_folder, "genai_config.json")).Message, StringComparison.Ordinal);
        }
        File.WriteAllText(Path.Combine(_folder, "genai_config.json"), File.ReadAllText(Path.Combine(Samples.Folder("1.1.0"), "genai_config.json")));
        ConfigRules.Check(_folder, "genai_config.json");
    }

    [Fact]
    public void A_graph_within_too_many_others_is_refused()
    {
        byte[] node = OnnxBytes.Node("Add");
        for (int depth = 0; depth < 70; depth++) node = OnnxBytes.Node("If", "", OnnxBytes.Branch(node));
        AssertRefused("within each other", OnnxBytes.Model(node));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Beside(string name, int bytes) => File.WriteAllBytes(Path.Combine(_folder, name), new byte[bytes]);

    private void Check(byte[] model, params IEnumerable<string> listed)
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, model);
        GraphRules.Check(GraphSummary.Read(path), _folder, "model.onnx", new Release("tiny", "1.0.0", [.. listed.Select(name => new ReleasedFile(name, 0, ""))]));
    }

    private void AssertRefused(string told, byte[] model, params string[] listed) =>
        Assert.Contains(told, Assert.Throws<RefusedModelException>(() => Check(model, listed)).Message, StringComparison.Ordinal);
}
