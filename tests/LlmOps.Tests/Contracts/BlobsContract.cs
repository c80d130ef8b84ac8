using System.Text;
using LlmOps.Ports;

namespace LlmOps.Tests.Contracts;

/// <summary>What every store of blobs must do.</summary>
public abstract class BlobsContract
{
    protected abstract IBlobs Blobs { get; }

    /// <summary>A container of the test's own.</summary>
    protected string Box { get; } = "box" + Path.GetRandomFileName()[..8];

    protected CancellationToken None => CancellationToken.None;

    [ContractFact]
    public async Task Reads_back_what_was_put_with_its_etag_and_length()
    {
        PutResult put = await Put("a/b.json", "hello", PutCondition.IfAbsent);

        await using BlobContent? content = await Blobs.OpenRead(Box, "a/b.json", None);

        Assert.True(put.Written);
        Assert.Equal((put.ETag, 5L), (content!.ETag, content.Length));
        Assert.Equal("hello", await new StreamReader(content.Stream).ReadToEndAsync());
    }

    [ContractFact]
    public async Task Reads_null_where_nothing_is()
    {
        Assert.Null(await Blobs.OpenRead(Box, "nothing", None));
        await Put("a/b", "x", PutCondition.IfAbsent);
        Assert.Null(await Blobs.OpenRead(Box, "a", None));
        Assert.Null(await Blobs.OpenRead(Box, "a/c", None));
    }

    [ContractFact]
    public async Task Creates_once_however_many_race()
    {
        PutResult[] results = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(i => Task.Run(() => Put("race", $"from {i}", PutCondition.IfAbsent))));

        int winner = Assert.Single(Enumerable.Range(0, 20), i => results[i].Written);
        Assert.Equal($"from {winner}", await Text("race"));
    }

    [ContractFact]
    public async Task Swaps_once_however_many_race()
    {
        string etag = (await Put("race", "old", PutCondition.IfAbsent)).ETag!;

        PutResult[] results = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(i => Task.Run(() => Put("race", $"from {i}", PutCondition.IfUnchanged(etag)))));

        int winner = Assert.Single(Enumerable.Range(0, 10), i => results[i].Written);
        Assert.Equal($"from {winner}", await Text("race"));
    }

    [ContractFact]
    public async Task Refuses_a_stale_etag_and_one_of_a_blob_that_is_not_there()
    {
        string first = (await Put("a", "1", PutCondition.IfAbsent)).ETag!;
        string second = (await Put("a", "2", PutCondition.IfUnchanged(first))).ETag!;

        Assert.False((await Put("a", "3", PutCondition.IfUnchanged(first))).Written);
        Assert.False((await Put("b", "3", PutCondition.IfUnchanged(second))).Written);
        Assert.False((await Put("a", "3", PutCondition.IfAbsent)).Written);
        Assert.Equal("2", await Text("a"));
        Assert.Null(await Text("b"));
    }

    [ContractFact]
    public async Task Changes_the_etag_also_when_the_same_bytes_are_written_at_the_same_time()
    {
        HashSet<string> seen = [];
        string etag = (await Put("a", "same", PutCondition.IfAbsent)).ETag!;
        for (int i = 0; i < 10; i++)
        {
            Assert.True(seen.Add(etag));
            etag = (await Put("a", "same", PutCondition.IfUnchanged(etag))).ETag!;
        }
    }

    [ContractFact]
    public async Task Lists_by_prefix_in_ordinal_order()
    {
        foreach (string name in new[] { "m/b", "m/a/2", "m/a-1", "m/a/10", "m/B", "n/z", "m.txt", ".hidden/x" })
        {
            await Put(name, name, PutCondition.IfAbsent);
        }

        Assert.Equal([".hidden/x", "m.txt", "m/B", "m/a-1", "m/a/10", "m/a/2", "m/b", "n/z"], await Names(""));
        Assert.Equal(["m/a-1", "m/a/10", "m/a/2"], await Names("m/a"));
        Assert.Equal(["m/a/10", "m/a/2"], await Names("m/a/"));
        Assert.Empty(await Names("../"));
        Assert.Empty(await Names("x/y/z"));
    }

    [ContractFact]
    public async Task Lists_the_etag_the_length_and_the_time_of_what_is_read()
    {
        PutResult put = await Put("a/b", "hello", PutCondition.IfAbsent);

        BlobItem item = Assert.Single(await List("a"));

        Assert.Equal(("a/b", put.ETag, 5L), (item.Name, item.ETag, item.Length));
        Assert.True(item.LastModified > DateTimeOffset.UnixEpoch);
    }

    [ContractFact]
    public async Task Lists_nothing_in_a_container_that_was_never_written_to() => Assert.Empty(await Names(""));

    [ContractFact]
    public async Task Appends_at_the_expected_length_only()
    {
        Assert.Equal(new AppendResult(true, 3), await Append("log", "abc", 0));
        Assert.Equal(new AppendResult(true, 6), await Append("log", "def", 3));
        Assert.Equal(new AppendResult(false, 6), await Append("log", "XXX", 3));
        Assert.Equal(new AppendResult(false, 6), await Append("log", "XXX", 0));
        Assert.Equal(new AppendResult(false, 6), await Append("log", "XXX", 9));
        Assert.Equal(new AppendResult(false, 0), await Append("none", "XXX", 9));
        Assert.Equal("abcdef", await Text("log"));
        Assert.Null(await Text("none"));
    }

    [ContractFact]
    public async Task Loses_no_line_of_concurrent_appenders()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            long length = 0;
            for (int line = 0; line < 5;)
            {
                AppendResult result = await Append("log", $"{writer}:{line}\n", length);
                length = result.Length;
                line += result.Written ? 1 : 0;
            }
        })));

        string[] lines = (await Text("log"))!.TrimEnd('\n').Split('\n');
        Assert.Equal(40, lines.Distinct().Count());
        Assert.Equal(40, lines.Length);
        Assert.All(Enumerable.Range(0, 8), writer => Assert.Equal(
            Enumerable.Range(0, 5).Select(line => $"{writer}:{line}"), lines.Where(line => line[0] - '0' == writer)));
    }

    [ContractFact]
    public async Task Refuses_a_batch_that_is_empty_or_too_long_to_be_whole()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Append("log", "", 0));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Blobs.Append(Box, "log", new byte[BlobRules.MaxAppendBytes + 1], 0, None));
        Assert.True((await Blobs.Append(Box, "log", new byte[BlobRules.MaxAppendBytes], 0, None)).Written);
    }

    [ContractFact]
    public async Task Carries_a_blob_of_many_megabytes()
    {
        byte[] bytes = new byte[40 << 20];
        new Random(1).NextBytes(bytes);

        PutResult put = await Blobs.Put(Box, "big", new MemoryStream(bytes), PutCondition.IfAbsent, None);

        Assert.True(put.Written);
        Assert.False((await Blobs.Put(Box, "big", new MemoryStream(bytes), PutCondition.IfAbsent, None)).Written);
        byte[] read = (await Blobs.ReadBytes(Box, "big", None))!.Value.Bytes;
        Assert.True(bytes.AsSpan().SequenceEqual(read));
    }

    [ContractFact]
    public async Task Takes_the_names_that_people_give()
    {
        string[] names = ["Ünïcödé/文件.bin", "🚀/a b+c%20d#e?f&g.txt", "v1.0.0-rc.1+build/release.json", "~tilde/'quote'", "e\u0301"];
        foreach (string name in names)
        {
            Assert.True((await Put(name, name, PutCondition.IfAbsent)).Written);
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), (await Names("")).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(name, Text(name).Result));
    }

    [ContractFact]
    public async Task Refuses_hostile_names_in_every_call()
    {
        string[] names =
        [
            "", "..", "../x", "a/../b", "a/..", "./a", "a/.", "/etc/passwd", "a//b", "a/", "a\\b", "a\0b", "a\nb", "a.",
            "\ud800", new string('x', 1025), new string('x', 256), "C:\\x",
        ];
        foreach (string name in names)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Put(name, "x", PutCondition.IfAbsent));
            await Assert.ThrowsAsync<ArgumentException>(() => Append(name, "x", 0));
            await Assert.ThrowsAsync<ArgumentException>(() => Blobs.OpenRead(Box, name, None));
        }
        foreach (string container in new[] { "", "..", "A", "a/b", "-ab", "ab", ".locks", new string('x', 64) })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Blobs.OpenRead(container, "x", None));
        }
    }

    [ContractFact]
    public async Task Shows_a_reader_one_version_while_others_write()
    {
        string etag = (await Put("a", new string('0', 200_000), PutCondition.IfAbsent)).ETag!;
        await using BlobContent? before = await Blobs.OpenRead(Box, "a", None);
        Task writer = Task.Run(async () =>
        {
            for (int i = 1; i <= 5; i++)
            {
                etag = (await Put("a", new string((char)('0' + i), 200_000), PutCondition.IfUnchanged(etag))).ETag!;
            }
        });

        while (!writer.IsCompleted)
        {
            string text = (await Text("a"))!;
            Assert.Equal(200_000, text.Length);
            Assert.Single(text.Distinct());
        }
        await writer;
        Assert.Equal(new string('5', 200_000), await Text("a"));
    }

    [ContractFact]
    public async Task Writes_nothing_when_its_source_fails_half_way()
    {
        await Assert.ThrowsAnyAsync<Exception>(() =>
            Blobs.Put(Box, "a", new OneWayStream(100_000, breaks: true), PutCondition.IfAbsent, None));

        Assert.Empty(await Names(""));
        Assert.True((await Blobs.Put(Box, "a", new OneWayStream(100_000, breaks: false), PutCondition.IfAbsent, None)).Written);
        Assert.Equal(100_000, Assert.Single(await List("")).Length);
    }

    protected Task<PutResult> Put(string name, string text, PutCondition condition) => Blobs.PutText(Box, name, text, condition, None);

    protected Task<AppendResult> Append(string name, string text, long expected) =>
        Blobs.Append(Box, name, Encoding.UTF8.GetBytes(text), expected, None);

    protected async Task<string?> Text(string name) =>
        await Blobs.ReadBytes(Box, name, None) is var (bytes, _) ? Encoding.UTF8.GetString(bytes) : null;

    protected async Task<List<BlobItem>> List(string prefix)
    {
        List<BlobItem> items = [];
        await foreach (BlobItem item in Blobs.List(Box, prefix, None))
        {
            items.Add(item);
        }
        return items;
    }

    protected async Task<List<string>> Names(string prefix) => (await List(prefix)).ConvertAll(item => item.Name);
}
