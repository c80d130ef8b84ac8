using System.Text;
using LlmOps.Admission;
using LlmOps.Tests.Fakes;
using static LlmOps.Tests.Fakes.OnnxBytes;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>Files that are no model, or more of one than is admitted.</summary>
public sealed class OnnxFormTests
{
    private static readonly Dictionary<string, byte[]> Broken = new()
    {
        ["text"] = Encoding.UTF8.GetBytes("weights: not a model"),
        ["zeroes"] = new byte[64],
        ["cut in a message"] = Model(Node("Identity"))[..^3],
        ["cut in a number"] = [0x08, 0x80],
        ["cut in a tag"] = Join(Head, [0x80]),
        ["cut after a tag"] = Join(Head, [0x3a]),
        ["length of a terabyte"] = Join(Head, Varint((7 << 3) | 2), Varint(1UL << 40), new byte[10]),
        ["length of all bits"] = Join(Head, Varint((7 << 3) | 2), Varint(ulong.MaxValue), new byte[10]),
        ["inner length beyond the outer"] = Model(Join(Varint((1 << 3) | 2), Varint(100), new byte[10])),
        ["number across a message's end"] = Join(Head, Bytes(7, [0x80]), Integer(5, 1)),
        ["number of eleven bytes"] = Join(Head, [0x28], [.. Enumerable.Repeat((byte)0xff, 11)]),
        ["unknown field"] = Join(Model(), Integer(99, 1)),
        ["group"] = Join(Model(), [(7 << 3) | 3]),
        ["wrong wire type"] = Join(Head, Integer(7, 1)),
        ["two graphs"] = Join(Model(), Bytes(7)),
        ["domain twice in a node"] = Model(Bytes(1, Text(4, "Identity"), Text(7, ""), Text(7, "evil"))),
    };

    [Theory]
    [InlineData("text", "which ONNX does not define")]
    [InlineData("zeroes", "which ONNX does not define")]
    [InlineData("cut in a message", "says that 'graph' has")]
    [InlineData("cut in a number", "ends within its Model message")]
    [InlineData("cut in a tag", "ends within its Model message")]
    [InlineData("cut after a tag", "ends within its Model message")]
    [InlineData("length of a terabyte", "says that 'graph' has 1,099,511,627,776 bytes where 10 are left")]
    [InlineData("length of all bits", "where 10 are left")]
    [InlineData("inner length beyond the outer", "says that 'node' has 100 bytes where 10 are left")]
    [InlineData("number across a message's end", "a Graph message that ends within a number")]
    [InlineData("number of eleven bytes", "a number of more than ten bytes")]
    [InlineData("unknown field", "field 99 of wire type 0 in a Model message")]
    [InlineData("group", "field 7 of wire type 3")]
    [InlineData("wrong wire type", "field 7 of wire type 0")]
    [InlineData("two graphs", "holds 'graph' twice")]
    [InlineData("domain twice in a node", "holds 'domain' twice in one Node message")]
    public void What_is_no_model_is_told_with_its_place(string what, string says)
    {
        string fault = OnnxLook.Fault(Broken[what]);
        Assert.Contains(says, fault, StringComparison.Ordinal);
        Assert.StartsWith("model.onnx at byte ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_lacks_everything() =>
        Assert.Equal(3, OnnxLook.At([]).Count);

    [Fact]
    public void A_file_shorter_than_it_was_said_to_be_ends_too_soon() =>
        Assert.Contains("ends within", Assert.Single(OnnxLook.At(Model(), size: 1_000).Kept).What, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_ir_version_is_refused() =>
        Assert.Contains("IR version 15", OnnxLook.Fault(Join(Integer(1, 15), Bytes(8, Integer(2, 14)), Bytes(7))), StringComparison.Ordinal);

    private static readonly Dictionary<string, byte[]> Large = new()
    {
        ["nodes"] = Model(Node("Add"), Node("Add"), Node("Add"), Node("Add")),
        ["attributes"] = Model(Node("Add", "", [.. Enumerable.Repeat(Text(1, "a"), 4)])),
        ["sub-graphs"] = Model(Node("If", "", Branch()), Node("If", "", Branch(), Branch())),
        ["tensors"] = Model(Tensor("a", [1]), Tensor("b", [1]), Tensor("c", [1]), Tensor("d", [1])),
        ["functions"] = Join(Model(), Function("a", ""), Function("b", ""), Function("c", "")),
        ["name"] = Model(Node(new string('x', 100))),
        ["label"] = Model(Text(2, new string('x', 100))),
        ["text"] = Join(Model(), Text(6, new string('x', 100))),
    };

    [Theory]
    [InlineData("nodes", "more than 3 nodes")]
    [InlineData("attributes", "more than 3 attributes")]
    [InlineData("sub-graphs", "more than 2 sub-graphs")]
    [InlineData("tensors", "more than 3 tensors")]
    [InlineData("functions", "more than 2 functions")]
    [InlineData("name", "bytes in 'name', above the 64 that are admitted")]
    [InlineData("label", "has 100 bytes in 'name', above the 64")]
    [InlineData("text", "has 100 bytes in 'doc_string', above the 64")]
    public void What_is_beyond_a_cap_is_refused(string what, string says)
    {
        AdmissionOptions caps = new() { MaxNodes = 3, MaxAttributes = 3, MaxSubGraphs = 2, MaxTensors = 3, MaxFunctions = 2, MaxNameBytes = 64, MaxTextBytes = 64 };
        Assert.Contains(says, OnnxLook.Fault(Large[what], caps), StringComparison.Ordinal);
        Assert.Empty(OnnxLook.At(Large[what]).Kept);
    }

    [Fact]
    public void Graphs_in_graphs_are_followed_to_a_depth_and_no_further()
    {
        byte[] graph = Node("Identity");
        for (int i = 0; i < 15; i++)
        {
            graph = Node("If", "", Branch(graph));
        }
        Assert.Empty(OnnxLook.At(Model(graph)).Kept);
        for (int i = 0; i < 3_000; i++)
        {
            graph = Node("If", "", Branch(graph));
        }
        Assert.Contains("nests more than 64 messages", OnnxLook.Fault(Model(graph)), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_in_types_are_counted_too()
    {
        byte[] type = [];
        for (int i = 0; i < 100; i++)
        {
            type = Bytes(4, Bytes(1, type));
        }
        Assert.Contains("nests more than", OnnxLook.Fault(Model(Bytes(11, Bytes(2, type)))), StringComparison.Ordinal);
    }
}
