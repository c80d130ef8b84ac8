using LlmOps.Admission;
using LlmOps.Tests.Fakes;
using static LlmOps.Tests.Fakes.OnnxBytes;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>Well-formed models that reach for what they must not have.</summary>
public sealed class OnnxContentTests
{
    private static readonly Dictionary<string, byte[]> Operators = new()
    {
        ["node"] = Model(Node("Boom", "evil.ops")),
        ["node of a sub-graph"] = Model(Node("If", "", Branch(Node("Boom", "evil.ops")))),
        ["node of a function"] = Join(Model(), Bytes(25, Text(1, "f"), Bytes(7, Calls("Boom", "evil.ops")))),
        ["graph that initializes training"] = Join(Model(), Bytes(20, Bytes(1, Node("Boom", "evil.ops")))),
        ["function"] = Join(Model(), Function("f", "evil.ops")),
        ["operator set"] = Join(Model(), Bytes(8, Text(1, "evil.ops"), Integer(2, 1))),
        ["operator set of a function"] = Join(Model(), Bytes(25, Text(1, "f"), Bytes(9, Text(1, "evil.ops")))),
    };

    public static TheoryData<string> OperatorCases => [.. Operators.Keys];

    [Theory]
    [MemberData(nameof(OperatorCases))]
    public void Operators_that_the_server_does_not_have_are_refused_wherever_they_stand(string where)
    {
        Assert.Contains("the operator domain 'evil.ops'", OnnxLook.Fault(Operators[where]), StringComparison.Ordinal);
        Assert.Empty(OnnxLook.At(Operators[where], new AdmissionOptions { OperatorDomains = ["evil.ops"] }).Kept);
    }

    [Fact]
    public void A_domain_is_told_once_however_many_nodes_have_it() => Assert.Equal(
        2, OnnxLook.At(Model([.. Enumerable.Range(0, 20).Select(i => Node("Boom", i % 2 == 0 ? "evil.ops" : "other.ops"))])).Count);

    [Fact]
    public void Compiled_code_in_a_context_node_is_refused() =>
        Assert.Contains("carries compiled code", OnnxLook.Fault(Model(Node("EPContext", "com.microsoft"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("a>a", true)]
    [InlineData("a>b b>a", true)]
    [InlineData("a>b b>c c>d d>b", true)]
    [InlineData("a>b a>c b>d c>d", false)]
    [InlineData("a>b a>b b>b2", false)]
    public void Functions_that_call_themselves_are_refused(string calls, bool refused)
    {
        string[][] edges = [.. calls.Split(' ').Select(edge => edge.Split('>'))];
        byte[][] functions = [.. edges.SelectMany(edge => edge).Distinct().Select(name =>
            Function(name, "com.microsoft", [.. edges.Where(edge => edge[0] == name).Select(edge => edge[1])]))];
        FaultList faults = OnnxLook.At(Join([Model(), .. functions]));
        Assert.Equal(refused, faults.Kept.Any(fault => fault.What.Contains("calls itself", StringComparison.Ordinal)));
        Assert.Equal(refused ? 1 : 0, faults.Count);
    }

    [Fact]
    public void A_call_hidden_in_a_branch_and_under_the_other_name_of_onnxs_domain_is_seen()
    {
        byte[] body = Bytes(7, Calls("If", "", Branch(Node("f", "ai.onnx"))));
        Assert.Contains("calls itself", OnnxLook.Fault(Join(Model(), Bytes(25, Text(1, "f"), body))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_functions_in_a_row_are_no_cycle_and_no_stack()
    {
        byte[][] row = [.. Enumerable.Range(0, 5_000).Select(i => Function($"f{i}", "", $"f{i + 1}"))];
        Assert.Empty(OnnxLook.At(Join([Model(), .. row])).Kept);
    }

    [Fact]
    public void A_function_defined_twice_is_refused() =>
        Assert.Contains("defines the function 'f' twice", OnnxLook.Fault(Join(Model(), Function("f", ""), Function("f", "ai.onnx"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("not a plain path", "location", "../../etc/passwd")]
    [InlineData("not a plain path", "location", "data/../../x")]
    [InlineData("not a plain path", "location", "/etc/passwd")]
    [InlineData("not a plain path", "location", "C:/windows/win.ini")]
    [InlineData("not a plain path", "location", "data\\w.bin")]
    [InlineData("not a plain path", "location", "model.onnx.data\0.txt")]
    [InlineData("not a plain path", "location", "./model.onnx.data")]
    [InlineData("not a plain path", "location", "data//w.bin")]
    [InlineData("release.json does not list", "location", "*/_ORT_MEM_ADDR_/*")]
    [InlineData("release.json does not list", "location", "other.bin")]
    [InlineData("release.json does not list", "location", "release.json")]
    [InlineData("the key 'basepath'", "location", "model.onnx.data", "basepath", "/etc")]
    [InlineData("the key '__class__'", "location", "model.onnx.data", "__class__", "x")]
    [InlineData("the key 'location' twice", "location", "model.onnx.data", "location", "model.onnx.data")]
    [InlineData("without a location")]
    [InlineData("without a location", "location", "")]
    [InlineData("without a location", "offset", "0", "length", "4")]
    [InlineData("has 4 bytes at 1,000 of 'model.onnx.data', which has 1,000", "location", "model.onnx.data", "offset", "1000", "length", "4")]
    [InlineData("has 1,001 bytes at 0", "location", "model.onnx.data", "length", "1001")]
    [InlineData("bytes at 1,001", "location", "model.onnx.data", "offset", "1001")]
    [InlineData("bytes at 16", "location", "model.onnx.data", "offset", "16", "length", "9223372036854775807")]
    [InlineData("not a number of bytes", "location", "model.onnx.data", "offset", "-1")]
    [InlineData("not a number of bytes", "location", "model.onnx.data", "length", "99999999999999999999")]
    [InlineData("not a number of bytes", "location", "model.onnx.data", "length", "")]
    [InlineData("not a number of bytes", "location", "model.onnx.data", "offset", "٣")]
    [InlineData("not a SHA-1", "location", "model.onnx.data", "checksum", "abc")]
    public void External_data_that_reach_elsewhere_are_refused(string says, params string[] entries)
    {
        string fault = OnnxLook.Fault(Model(External(entries)));
        Assert.Contains(says, fault, StringComparison.Ordinal);
        Assert.Contains("tensor 'weights'", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("location", "model.onnx.data")]
    [InlineData("location", "data/w.bin", "offset", "0", "length", "64")]
    [InlineData("location", "model.onnx.data", "offset", "1000", "length", "0", "checksum", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    public void External_data_in_listed_files_are_admitted(params string[] entries) => Assert.Empty(OnnxLook.At(Model(External(entries))).Kept);

    [Fact]
    public void External_data_of_an_attribute_and_of_a_sparse_tensor_are_judged_too()
    {
        byte[] tensor = Bytes(13, Text(1, "location"), Text(2, "/etc/passwd"));
        Assert.Contains("a tensor has its data at '/etc/passwd'", OnnxLook.Fault(Model(Node("Constant", "", Join(Text(1, "value"), Bytes(5, tensor))))), StringComparison.Ordinal);
        Assert.Contains("'/etc/passwd'", OnnxLook.Fault(Model(Bytes(15, Bytes(1, tensor)))), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_counted_and_the_first_ten_are_told()
    {
        FaultList faults = OnnxLook.At(Model([.. Enumerable.Range(0, 25).Select(i => Node("Boom", $"evil{i}\u202e\r\n"))]));
        Assert.Equal((25, 10), (faults.Count, faults.Kept.Count));
        Assert.All(faults.Kept, fault => Assert.DoesNotContain(fault.ToString(), c => char.IsControl(c) || c == '\u202e'));
    }
}
