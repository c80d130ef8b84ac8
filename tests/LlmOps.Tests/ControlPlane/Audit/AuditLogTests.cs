using System.Text;
using LlmOps.Audit;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Audit;

public sealed class AuditLogTests : IDisposable
{
    private const string Segment = "00000001.jsonl";

    private readonly ManualClock clock = new();
    private readonly MemoryBlobs blobs = new();
    private readonly MemoryGit git;
    private readonly AuditLog log;

    public AuditLogTests()
    {
        git = new MemoryGit(clock);
        git.Person("README.md", "text");
        log = new AuditLog(blobs, clock);
    }

    public void Dispose() => log.Dispose();

    [Fact]
    public async Task A_fact_is_logged_once_also_after_a_restart()
    {
        AuditEntry first = await log.Append(Fact("a"), default);
        using AuditLog restarted = new(blobs, clock);
        clock.Advance(TimeSpan.FromHours(1));
        AuditEntry again = await restarted.Append(Fact("a", "other words"), default);
        Assert.Equal((first.Hash, first.Sequence), (again.Hash, again.Sequence));
        Assert.Single(await restarted.Read(0, default));
    }

    [Fact]
    public async Task Each_entry_follows_the_one_before_and_the_chain_holds()
    {
        await Fill(20);
        IReadOnlyList<AuditEntry> entries = await log.Read(0, default);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), entries.Select(entry => entry.Sequence));
        Assert.Equal(entries.Take(19).Select(entry => entry.Hash), entries.Skip(1).Select(entry => entry.Previous));
        Assert.Equal(AuditEntry.Root, entries[0].Previous);
        ChainVerdict verdict = await Verify();
        Assert.Equal((true, 20L, await log.Head(default)), (verdict.Holds, verdict.Entries, verdict.Head));
        Assert.Equal(15, (await log.Read(5, default)).Count);
    }

    [Fact]
    public async Task Any_one_byte_changed_shows_and_names_the_entry()
    {
        await Fill(4);
        byte[] good = blobs.Bytes(Containers.Audit, Segment);
        int entry = 1;
        for (int i = 0; i < good.Length; i++)
        {
            foreach (byte other in new[] { (byte)(good[i] ^ 1), (byte)(good[i] ^ 0x20), (byte)(good[i] ^ 0x80), (byte)'\n', (byte)' ', (byte)'\r', (byte)0 })
            {
                if (other != good[i])
                {
                    byte[] bad = [.. good];
                    bad[i] = other;
                    blobs.Overwrite(Containers.Audit, Segment, bad);
                    ChainVerdict verdict = await Verify();
                    Assert.False(verdict.Holds, $"byte {i} changed from {good[i]} to {other}");
                    Assert.StartsWith($"entry {entry}", verdict.Text, StringComparison.Ordinal);
                }
            }
            entry += good[i] == '\n' ? 1 : 0;
        }
    }

    [Fact]
    public async Task A_byte_taken_out_or_put_in_shows()
    {
        await Fill(3);
        byte[] good = blobs.Bytes(Containers.Audit, Segment);
        for (int i = 0; i < good.Length; i++)
        {
            blobs.Overwrite(Containers.Audit, Segment, [.. good[..i], .. good[(i + 1)..]]);
            Assert.False((await Verify()).Holds, $"byte {i} taken out");
            blobs.Overwrite(Containers.Audit, Segment, [.. good[..i], (byte)'\n', .. good[i..]]);
            Assert.False((await Verify()).Holds, $"line break put in at {i}");
        }
    }

    [Fact]
    public async Task An_entry_taken_out_swapped_or_written_anew_shows()
    {
        await Fill(3);
        string[] lines = Encoding.UTF8.GetString(blobs.Bytes(Containers.Audit, Segment)).TrimEnd('\n').Split('\n');
        AuditEntry second = AuditChain.ParseLine(lines[1], Segment);
        string forged = (second with { Text = "nothing happened", Hash = "" } is var open ? open with { Hash = open.ComputeHash() } : second).ToLine();
        foreach (string[] bad in new string[][] { [lines[0], lines[2]], [lines[1], lines[0], lines[2]], [lines[0], forged, lines[2]], [lines[0], lines[0], lines[1]], [.. lines, ""] })
        {
            blobs.Overwrite(Containers.Audit, Segment, string.Join('\n', bad) + "\n");
            Assert.False((await Verify()).Holds, string.Join('\n', bad));
        }
    }

    [Fact]
    public async Task A_cut_tail_shows_by_the_head_that_a_commit_names()
    {
        await Fill(3);
        git.Person("x", "1", $"Change x\n\nAudit-Head: {await log.Head(default)}\n");
        Assert.True((await Verify()).Holds);
        string[] lines = Encoding.UTF8.GetString(blobs.Bytes(Containers.Audit, Segment)).Split('\n');
        blobs.Overwrite(Containers.Audit, Segment, string.Join('\n', lines[..2]) + "\n");
        ChainVerdict verdict = await Verify();
        Assert.False(verdict.Holds);
        Assert.Contains(git.HeadSha, verdict.Text, StringComparison.Ordinal);
        blobs.Delete(Containers.Audit, Segment);
        Assert.False((await Verify()).Holds);
    }

    [Fact]
    public async Task Concurrent_appenders_never_fork_the_chain()
    {
        AuditLog[] writers = [.. Enumerable.Range(0, 6).Select(_ => new AuditLog(blobs, clock))];
        await Task.WhenAll(writers.Select((writer, w) => Task.Run(async () =>
        {
            for (int i = 0; i < 30; i++)
            {
                await writer.Append(Fact($"{w}/{i}"), default);
                await writer.Append(Fact($"shared/{i}"), default);
                Assert.Equal(64, (await writer.Head(default)).Length);
            }
        })));
        ChainVerdict verdict = await Verify();
        Assert.True(verdict.Holds, verdict.Text);
        Assert.Equal((6 * 30) + 30, verdict.Entries);
    }

    [Fact]
    public async Task A_full_segment_is_closed_and_the_chain_goes_on_in_the_next()
    {
        string text = new('x', AuditLog.SegmentBytes / 3);
        for (int i = 0; i < 8; i++)
        {
            await log.Append(Fact($"{i}", text), default);
        }
        Assert.Equal(["00000001.jsonl", "00000002.jsonl", "00000003.jsonl"], blobs.Names(Containers.Audit));
        Assert.True((await Verify()).Holds);
        using AuditLog restarted = new(blobs, clock);
        Assert.Equal(8, (await restarted.Read(0, default)).Count);
        await restarted.Append(Fact("after"), default);
        Assert.Equal(9, (await Verify()).Entries);
        blobs.Delete(Containers.Audit, "00000002.jsonl");
        Assert.StartsWith("entry 4", (await Verify()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("half an entry {\"sequence\":")]
    [InlineData("\n")]
    public async Task Nothing_is_appended_to_a_damaged_log(string damage)
    {
        await Fill(2);
        blobs.Overwrite(Containers.Audit, Segment, [.. blobs.Bytes(Containers.Audit, Segment), .. Encoding.UTF8.GetBytes(damage)]);
        using AuditLog restarted = new(blobs, clock);
        await Assert.ThrowsAsync<InvalidDataException>(() => restarted.Append(Fact("x"), default));
        await Assert.ThrowsAsync<InvalidDataException>(() => log.Append(Fact("x"), default));
    }

    [Fact]
    public async Task A_log_cut_under_a_running_writer_is_noticed()
    {
        await Fill(2);
        blobs.Overwrite(Containers.Audit, Segment, "");
        await Assert.ThrowsAsync<InvalidDataException>(() => log.Append(Fact("x"), default));
        blobs.Delete(Containers.Audit, Segment);
        await Assert.ThrowsAsync<InvalidDataException>(() => log.Head(default));
    }

    [Theory]
    [InlineData("line\nbreak\r\n\0 \u2028")]
    [InlineData("half a pair \ud83d")]
    [InlineData("😀 äöü <b>&+'\"\\")]
    public async Task Any_text_can_be_logged_and_proved(string text)
    {
        await log.Append(new AuditFact(text, text, text, text, text, new Dictionary<string, string> { ["z"] = text, ["a"] = "1" }), default);
        await log.Append(Fact("next"), default);
        ChainVerdict verdict = await Verify();
        Assert.True(verdict.Holds, verdict.Text);
        using AuditLog restarted = new(blobs, clock);
        Assert.Equal(2, (await restarted.Read(0, default)).Count);
    }

    private static AuditFact Fact(string id, string text = "it happened") => new(id, "Happened", "m", "1.0.0", text);

    private async Task Fill(int count)
    {
        for (int i = 1; i <= count; i++)
        {
            await log.Append(Fact($"fact {i}"), default);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private Task<ChainVerdict> Verify() =>
        new VerifyAudit(blobs, git, new ControlPlaneOptions { AlertmanagerToken = "t", GitHubSecret = "g", FluxSecret = "f" }).Handle(default);
}
