using System.Text;
using LlmOps.Admission;
using LlmOps.Releases;

namespace LlmOps.Tests.ControlPlane.Releases;

public sealed class UploadManifestTests
{
    private const string OfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    private const string OfBb = "3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf";
    private const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Digest = "b20996b2d11782c6cfde966699b7a91cd453266d60955f7449836e6663d0afd6";

    // Computed with coreutils: printf '<sha>  <size>  <path>\n' … | LC_ALL=C sort -k3 | sha256sum.
    [Fact]
    public void The_digest_is_the_sha256_of_a_line_a_file_in_ordinal_order_of_paths()
    {
        UploadedFile[] files = [new("a/b.txt", 1, OfA), new("a.onnx", 0, OfNothing), new("Z.json", 2, OfBb)];
        Assert.Equal(Digest, new UploadManifest("m", "1.0.0", files).Digest());
        Assert.Equal(Digest, new UploadManifest("other", "2.0.0", [.. files.Reverse()]).Digest());
        Assert.NotEqual(Digest, new UploadManifest("m", "1.0.0", [files[0] with { Size = 3 }, files[1], files[2]]).Digest());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("not json")]
    [InlineData("{\"model\":")]
    [InlineData("{\"model\":\"m\",\"version\":\"1.0.0\"}")]
    [InlineData("{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":null}")]
    [InlineData("{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":[]}")]
    [InlineData("{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":[null]}")]
    [InlineData("{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":{}}")]
    [InlineData("{\"model\":\"m\",\"version\":1,\"files\":[]}")]
    public void What_is_not_the_json_of_a_release_is_said_so(string json)
    {
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(json), out string problem));
        Assert.StartsWith("release.json", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_json_and_double_keys_are_errors()
    {
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(new string('[', 10_000)), out _));
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(Json(extra: ",\"model\":\"other\"")), out _));
        Assert.Null(UploadManifest.Parse([0xff, 0xfe, 0x7b, 0x00], out _));
        Assert.NotNull(UploadManifest.Parse(Encoding.UTF8.GetBytes(Json(extra: ",\"unknown\":1")), out _));
    }

    [Theory]
    [InlineData("../weights")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a\\\\b")]
    [InlineData("C:evil")]
    [InlineData("nul\\u0000byte")]
    [InlineData("line\\nbreak")]
    [InlineData("\\u202egnp.exe")]
    [InlineData("caf\\u00e9")]
    [InlineData("cafe\\u0301")]
    [InlineData("-rf")]
    [InlineData("dir/-x")]
    [InlineData("$(reboot)")]
    [InlineData("`reboot`")]
    [InlineData(" leading")]
    [InlineData("")]
    [InlineData("release.json")]
    public void A_hostile_path_is_rejected(string path)
    {
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(Json(path: path)), out string problem));
        Assert.Contains("file '", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Theory]
    [InlineData("\"size\":-1,\"sha256\":\"HASH\"", "negative")]
    [InlineData("\"size\":1", "has no sha256")]
    [InlineData("\"size\":1,\"sha256\":\"abc\"", "64 lower-case hex")]
    [InlineData("\"size\":1,\"sha256\":\"ZZ\"", "64 lower-case hex")]
    public void A_file_without_its_size_and_digest_is_rejected(string fields, string expected)
    {
        string json = $"{{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":[{{\"path\":\"a\",{fields.Replace("HASH", OfA, StringComparison.Ordinal)}}}]}}";
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(json), out string problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        string upper = Json().Replace(OfA, OfA.ToUpperInvariant(), StringComparison.Ordinal);
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(upper), out _));
    }

    [Theory]
    [InlineData("../model.sig")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/model.sig")]
    [InlineData("release.json")]
    [InlineData("model.onnx")]
    [InlineData("")]
    public void A_signature_lies_beside_release_json_and_is_no_listed_file(string path)
    {
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(Json(extra: $",\"signature\":\"{path}\"")), out string problem));
        Assert.Contains("'signature'", problem, StringComparison.Ordinal);
        Assert.NotNull(UploadManifest.Parse(Encoding.UTF8.GetBytes(Json(extra: ",\"signature\":\"model.sig\"")), out _));
    }

    [Fact]
    public void A_file_listed_twice_in_another_case_is_rejected_and_long_lists_of_faults_are_cut()
    {
        string file = $"{{\"path\":\"PATH\",\"size\":1,\"sha256\":\"{OfA}\"}}";
        string twice = $"{{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":[{file.Replace("PATH", "a", StringComparison.Ordinal)},{file.Replace("PATH", "A", StringComparison.Ordinal)}]}}";
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(twice), out string problem));
        Assert.Contains("listed 2 times", problem, StringComparison.Ordinal);
        string many = $"{{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":[{string.Join(',', Enumerable.Repeat(file.Replace("PATH", "../" + new string('x', 2000), StringComparison.Ordinal), 500))}]}}";
        Assert.Null(UploadManifest.Parse(Encoding.UTF8.GetBytes(many), out problem));
        Assert.True(problem.Length < 4000, $"{problem.Length} characters");
    }

    [Theory]
    [InlineData(57, 0)]
    [InlineData(58, 1)]
    public void A_name_that_leaves_no_room_for_its_slots_is_not_admitted_and_still_read(int length, int faults)
    {
        string json = Json().Replace("\"model\":\"m\"", $"\"model\":\"{new string('m', length)}\"", StringComparison.Ordinal);
        UploadManifest manifest = UploadManifest.Parse(Encoding.UTF8.GetBytes(json), out _)!;
        Assert.Equal(length, manifest.Model.Length);
        FaultList found = new();
        FileRules.Look(manifest, new AdmissionOptions(), found);
        Assert.Equal(faults, found.Kept.Count(fault => fault.ToString().Contains($"a model of {length} characters; 57 leave room for '-green'", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("tiny-ops")]
    [InlineData("0-9")]
    public void A_model_name_may_be(string name) => Assert.True(Names.IsModel(name));

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("Tiny")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("..")]
    [InlineData("$(x)")]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234")]
    public void A_model_name_may_not_be(string name) => Assert.False(Names.IsModel(name));

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("0.0.1-rc.1")]
    [InlineData("1.2.0-bad")]
    [InlineData("1.0.0-0a.x-y")]
    public void A_version_may_be(string version) => Assert.True(Names.IsVersion(version));

    [Theory]
    [InlineData("1.0")]
    [InlineData("01.0.0")]
    [InlineData("1.0.0+build")]
    [InlineData("1.0.0-01")]
    [InlineData("1.0.0-")]
    [InlineData("v1.0.0")]
    [InlineData("١.٠.٠")]
    [InlineData("1.0.0\n")]
    [InlineData("1.0.0-../x")]
    public void A_version_may_not_be(string version) => Assert.False(Names.IsVersion(version));

    private static string Json(string path = "model.onnx", string extra = "") =>
        $"{{\"model\":\"m\",\"version\":\"1.0.0\",\"files\":[{{\"path\":\"{path}\",\"size\":1,\"sha256\":\"{OfA}\"}}]{extra}}}";
}
