using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Contracts;

public sealed class FolderBlobsContract : BlobsContract, IDisposable
{
    private readonly ScratchFolder folder = new();
    private readonly ManualClock clock = new();

    public FolderBlobsContract() => Blobs = new FolderBlobs(folder.Path, clock);

    protected override IBlobs Blobs { get; }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Knows_its_etags_again_after_a_restart()
    {
        string etag = (await Put("a", "1", PutCondition.IfAbsent)).ETag!;

        PutResult put = await new FolderBlobs(folder.Path, clock).PutText(Box, "a", "2", PutCondition.IfUnchanged(etag), None);

        Assert.True(put.Written);
        Assert.Equal("2", await Text("a"));
    }

    [Fact]
    public async Task Has_one_winner_among_stores_that_share_nothing_but_the_folder()
    {
        PutResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            new FolderBlobs(folder.Path, clock).PutText(Box, "race", $"{i}", PutCondition.IfAbsent, None))));

        Assert.Single(results, result => result.Written);
    }

    [Fact]
    public async Task Shows_nothing_of_a_write_that_a_crash_cut_short_and_removes_it_a_day_later()
    {
        await Append("log", "whole\n", 0);
        string young = Staged(TimeSpan.FromHours(-23));
        string old = Staged(TimeSpan.FromHours(-25));

        Assert.Equal(["log"], await Names(""));
        Assert.Equal("whole\n", await Text("log"));
        Assert.True((await Append("log", "more\n", 6)).Written);

        _ = new FolderBlobs(folder.Path, clock);
        Assert.True(File.Exists(young));
        Assert.False(File.Exists(old));

        string Staged(TimeSpan age)
        {
            string path = Path.Combine(folder.Path, ".staged", $"{(TimeProvider.System.GetUtcNow() + age).UtcTicks:x16}-torn");
            File.WriteAllText(path, "whole\nhal");
            return path;
        }
    }

    [Fact]
    public async Task Leaves_no_staged_file_behind()
    {
        await Put("a", "1", PutCondition.IfAbsent);
        await Put("a", "2", PutCondition.IfAbsent);
        await Append("log", "x", 0);
        await Append("log", "x", 0);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, ".staged")));
    }

    [Fact]
    public async Task Lets_no_link_lead_out_of_the_folder()
    {
        string outside = Directory.CreateDirectory(folder["outside"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "s");
        await Put("in/side", "x", PutCondition.IfAbsent);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, Box, "way"), outside);
        File.CreateSymbolicLink(Path.Combine(folder.Path, Box, "file"), Path.Combine(outside, "secret"));
        Directory.CreateSymbolicLink(folder["linked"], outside);

        await Assert.ThrowsAsync<IOException>(() => Blobs.OpenRead(Box, "way/secret", None));
        await Assert.ThrowsAsync<IOException>(() => Blobs.OpenRead(Box, "file", None));
        await Assert.ThrowsAsync<IOException>(() => Blobs.OpenRead("linked", "secret", None));
        await Assert.ThrowsAsync<IOException>(() => Put("way/new", "x", PutCondition.IfAbsent));
        await Assert.ThrowsAsync<IOException>(() => Append("file", "x", 1));
        Assert.Equal(["in/side"], await Names(""));
        Assert.Equal(["secret"], Directory.EnumerateFiles(outside).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Moves_an_etag_on_when_the_clock_goes_back()
    {
        string etag = (await Put("a", "1", PutCondition.IfAbsent)).ETag!;
        clock.Advance(TimeSpan.FromHours(-1));

        string later = (await Put("a", "1", PutCondition.IfUnchanged(etag))).ETag!;

        Assert.NotEqual(etag, later);
    }
}
