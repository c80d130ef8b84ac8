using LlmOps.Audit;
using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Admission;

public sealed class VerifyUploadTests
{
    private const string Weights = "tiny-ops/1.0.0/model.onnx";

    [Fact]
    public async Task A_missing_file_is_named() => Assert.Contains(
        "model.onnx is missing", await Rejected(loop => loop.Blobs.Delete(Containers.Models, Weights)), StringComparison.Ordinal);

    [Fact]
    public async Task A_changed_file_is_named_with_both_digests() => Assert.Contains(
        "model.onnx has the SHA-256", await Rejected(loop => loop.Blobs.Overwrite(Containers.Models, Weights, TinyVersion.Files("weightz")["model.onnx"])), StringComparison.Ordinal);

    [Fact]
    public async Task A_file_of_another_size_is_named_with_both_sizes() => Assert.Contains(
        $"model.onnx has 3 bytes; release.json says {TinyVersion.Files("weights")["model.onnx"].Length}", await Rejected(loop => loop.Blobs.Overwrite(Containers.Models, Weights, "abc")), StringComparison.Ordinal);

    [Fact]
    public async Task A_release_json_that_is_not_json_is_rejected() => Assert.Contains(
        "not the JSON of a release",
        await Rejected(loop => loop.Blobs.Overwrite(Containers.Models, "tiny-ops/1.0.0/release.json", "weights:")), StringComparison.Ordinal);

    [Fact]
    public async Task A_release_json_in_the_wrong_folder_is_rejected() =>
        Assert.Contains("names other@1.0.0 but lies in the folder of tiny-ops@1.0.0", await Rejected(_ => { }, model: "other"), StringComparison.Ordinal);

    [Fact]
    public async Task A_version_that_no_server_could_load_is_rejected_with_all_that_it_lacks()
    {
        using LoopFixture loop = new();
        await loop.Upload("1.0.0", new Dictionary<string, byte[]> { ["model.onnx"] = "weights"u8.ToArray() });
        await loop.Until("1.0.0", Phase.Rejected);
        Release release = await loop.Release("1.0.0");
        Assert.All(
            new[] { "lists no genai_config.json", "lists no tokenizer.json", "lists no tokenizer_config.json", "model.onnx at byte 1 holds field 14" },
            says => Assert.Contains(says, release.Reason, StringComparison.Ordinal));
        Assert.True(release.Closed);
    }

    [Fact]
    public async Task A_file_that_release_json_does_not_list_is_rejected() => Assert.Contains(
        "generation_config.json lies in the upload, but release.json does not list it",
        await Rejected(loop => loop.Blobs.Overwrite(Containers.Models, "tiny-ops/1.0.0/generation_config.json", "{}")), StringComparison.Ordinal);

    [Fact]
    public async Task A_digest_in_quarantine_is_rejected()
    {
        using LoopFixture loop = new();
        await loop.Upload("1.0.0", "weights");
        string digest = UploadManifest.Parse(loop.Blobs.Bytes(Containers.Models, "tiny-ops/1.0.0/release.json"), out _)!.Digest();
        loop.Git.Person("quarantine.yaml", $"digests:\n  - digest: {digest}\n");
        await loop.Until("1.0.0", Phase.Rejected);
        Assert.Contains("in quarantine", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_json_changed_before_it_is_verified_is_rejected()
    {
        using LoopFixture loop = new();
        loop.Git.Person("quarantine.yaml", "broken: [");
        await loop.Upload("1.0.0", "weights");
        await loop.For(TimeSpan.FromSeconds(1));
        Assert.Equal(Phase.Uploaded, (await loop.Release("1.0.0")).Phase);
        await loop.Upload("1.0.0", "others!");
        loop.Git.Person("quarantine.yaml", "digests: []");
        await loop.Until("1.0.0", Phase.Rejected);
        Assert.Contains("changed after its release began", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_an_upload_is_no_release_and_no_noise()
    {
        using LoopFixture loop = new();
        loop.Blobs.Overwrite(Containers.Models, Weights, "weights");
        await loop.Get<ReceiveUpload>().Handle("tiny-ops", "1.0.0", default);
        await loop.Drain();
        Assert.Empty(await loop.Log());
        Assert.Empty(loop.Failures);
    }

    [Theory]
    [InlineData("Tiny", "1.0.0")]
    [InlineData("../state", "1.0.0")]
    [InlineData("tiny-ops", "latest")]
    [InlineData("tiny-ops", "1.0.0\u001b[31m")]
    public async Task A_folder_that_cannot_be_a_release_is_recorded_once(string model, string version)
    {
        using LoopFixture loop = new();
        for (int i = 0; i < 3; i++)
        {
            await loop.Get<ReceiveUpload>().Handle(model, version, default);
            await loop.Drain();
        }
        AuditEntry entry = Assert.Single(await loop.Log());
        Assert.Equal("UploadIgnored", entry.Kind);
        Assert.DoesNotContain(entry.Text, char.IsControl);
        Assert.Empty(loop.Blobs.Names(Containers.State));
    }

    [Fact]
    public async Task A_lost_upload_event_is_found_by_the_sweep()
    {
        using LoopFixture loop = new();
        loop.Bus.Loses = _ => true;
        await loop.Upload("1.0.0", "weights");
        loop.Blobs.Overwrite(Containers.Models, "Bad Name/1.0.0/release.json", "{}");
        loop.Bus.Loses = _ => false;
        await loop.Get<SweepUploads>().Handle(default);
        await loop.Until("1.0.0", Phase.Done);
        int sent = loop.Bus.Sent.Count;
        await loop.Get<SweepUploads>().Handle(default);
        Assert.Equal(sent, loop.Bus.Sent.Count);
    }

    private static async Task<string> Rejected(Action<LoopFixture> spoil, string? model = null)
    {
        using LoopFixture loop = new();
        int commits = loop.Git.Commits.Count;
        await loop.Upload("1.0.0", "weights", model);
        spoil(loop);
        await loop.Until("1.0.0", Phase.Rejected);
        Assert.Equal(commits, loop.Git.Commits.Count);
        Assert.Empty((await loop.Registered()).Versions);
        return (await loop.Release("1.0.0")).Reason!;
    }
}
