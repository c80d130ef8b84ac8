using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;

namespace LlmOps.Tests.Inference.Models.Fetching;

public sealed class FetchModelTests : FetchingTest
{
    private static (string, byte[])[] Files => [("model.onnx", VersionOrigin.Bytes(10_500)), ("onnx/weights.bin", VersionOrigin.Bytes(3_000)), ("config.json", VersionOrigin.Bytes(10)), ("empty", [])];

    [Fact]
    public async Task Every_file_arrives_and_large_ones_in_parts()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        string folder = await Fetch(origin, origin.Digest);
        Same(origin, folder);
        Assert.Equal(origin.Files.Count, Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length);
        Assert.Equal(13_510, origin.Sent);
        Assert.Equal(11, origin.Asked.Count(asked => asked.StartsWith("model.onnx bytes=", StringComparison.Ordinal)));
        Assert.Equal("release.json", origin.Asked.First());
        Assert.Contains("downloading tiny@1.0.0: 13,510 of 13,510 bytes", Log.Text, StringComparison.Ordinal);
        Assert.Equal([folder], Directory.GetDirectories(Cache));
        Assert.Null(Progress.Now);
    }

    [Fact]
    public async Task A_version_that_is_here_is_not_fetched_again()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        string folder = await Fetch(origin);
        origin.Asked.Clear();
        Assert.Equal(folder, await Fetch(origin));
        Assert.Equal(["release.json"], origin.Asked);
        Assert.Equal(folder, await Fetch(origin, origin.Digest));
        Assert.Single(origin.Asked);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public async Task A_damaged_cache_is_fetched_anew(int bytes)
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        string folder = await Fetch(origin);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), new byte[bytes]);
        Same(origin, await Fetch(origin, origin.Digest));
    }

    [Fact]
    public async Task Two_at_once_fetch_into_one_cache_once()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        string[] folders = await Task.WhenAll(Task.Run(() => Fetch(origin)), Task.Run(() => Fetch(origin)));
        Assert.Equal(folders[0], folders[1]);
        Same(origin, folders[0]);
        Assert.Equal(13_510, origin.Sent);
    }

    [Theory]
    [InlineData("other", null, "it is tiny@1.0.0, but other@any version is asked for")]
    [InlineData("tiny", "1.0.1", "it is tiny@1.0.0, but tiny@1.0.1 is asked for")]
    public async Task Another_name_than_the_one_asked_for_is_refused_before_its_files_are_fetched(string model, string? version, string told)
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        NamedVersion named = new(model, version, origin.Digest);
        RefusedModelException refusal = await Assert.ThrowsAsync<RefusedModelException>(() => Fetch(origin.Source, named));
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["release.json"], origin.Asked);
    }

    [Fact]
    public async Task The_same_files_are_kept_for_another_name_and_bear_it()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        string folder = await Fetch(origin, origin.Digest);
        origin.Model = "other";
        origin.List();
        Assert.Equal(folder, await Fetch(origin.Source, new NamedVersion("other", null, origin.Digest)));
        Same(origin, folder);
        Assert.Equal(13_510, origin.Sent);
        await Assert.ThrowsAsync<RefusedModelException>(() => Fetch(origin.Source, new NamedVersion("tiny", null, origin.Digest)));
    }

    [Fact]
    public async Task Another_digest_than_the_one_asked_for_is_refused_with_both()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        string wanted = new('a', 64);
        string refusal = await Refusal(origin, wanted);
        Assert.Contains(wanted, refusal, StringComparison.Ordinal);
        Assert.Contains(origin.Digest, refusal, StringComparison.Ordinal);
        Assert.Equal(["release.json"], origin.Asked);
    }

    [Fact]
    public async Task A_file_with_wrong_bytes_is_deleted_and_refused_with_both_digests()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        byte[] right = origin.Files["model.onnx"];
        origin.Files["model.onnx"] = [.. right[..^1], (byte)~right[^1]];
        string refusal = await Refusal(origin);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(right)), refusal, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(origin.Files["model.onnx"])), refusal, StringComparison.Ordinal);
        AssertNothingServable();
        Assert.DoesNotContain(Directory.GetFiles(Cache, "*", SearchOption.AllDirectories), file => new FileInfo(file).Length == right.Length);

        origin.Files["model.onnx"] = right;
        Same(origin, await Fetch(origin));
    }

    [Fact]
    public async Task A_full_disk_is_refused_beforehand_with_the_numbers()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        (Free, Options) = (13_600, Options with { Reserve = 100 });
        string refusal = await Refusal(origin);
        Assert.Contains("13,510 bytes are still to be fetched", refusal, StringComparison.Ordinal);
        Assert.Contains("13,600 free, of which 100 must stay so", refusal, StringComparison.Ordinal);
        Assert.Equal(0, origin.Sent);
        Free = 13_610;
        Same(origin, await Fetch(origin));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    [InlineData("c:x")]
    [InlineData("a//b")]
    [InlineData("release.json")]
    [InlineData("a\nb")]
    [InlineData("CONFIG.json")]
    public async Task Names_that_lead_elsewhere_are_refused_before_anything_is_fetched(string path)
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        string json = System.Text.Encoding.UTF8.GetString(origin.Files["release.json"]);
        string escaped = System.Text.Json.JsonSerializer.Serialize(path);
        origin.Files["release.json"] = System.Text.Encoding.UTF8.GetBytes(json.Replace("\"empty\"", escaped, StringComparison.Ordinal));
        Assert.StartsWith("release.json: ", await Refusal(origin), StringComparison.Ordinal);
        Assert.Equal(["release.json"], origin.Asked);
    }

    [Fact]
    public async Task Neither_errors_nor_log_show_a_signature()
    {
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        ModelSource.Origin signed = (ModelSource.Origin)ModelSource.Parse(origin.Address + "?sv=2024&sig=TOPSECRET").Source!;
        await Fetch(signed);
        origin.Fault = (http, _) => Status(http, 403);
        Directory.Delete(Cache, recursive: true);
        RefusedModelException refusal = await Assert.ThrowsAsync<RefusedModelException>(() => Fetch(signed));
        Assert.Contains("answers 403", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TOPSECRET", refusal + Log.Text + signed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_told_every_few_seconds_and_can_be_asked_for()
    {
        Fakes.ManualClock clock = new();
        Clock = clock;
        await using VersionOrigin origin = await VersionOrigin.Start(Files);
        TaskCompletionSource held = new();
        origin.Fault = async (http, number) =>
        {
            await held.Task;
            return false;
        };
        Task<string> fetching = Fetch(origin);
        await Eventually.True(() => Progress.Now is { Total: 13_510 } && origin.Asked.Count >= 3);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("downloading tiny@1.0.0: 0 of 13,510 bytes, 0.0 MB/s", Log.Text, StringComparison.Ordinal);
        held.SetResult();
        Same(origin, await fetching);
    }

    private static Task<bool> Status(Microsoft.AspNetCore.Http.HttpContext http, int code)
    {
        http.Response.StatusCode = code;
        return Task.FromResult(true);
    }
}
