using System.Globalization;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.Audit;

/// <summary>
/// The append-only, hash-chained log of facts in segments of JSON lines. An append names the position that it expects,
/// so two writers cannot fork the chain; a fact whose id is already logged is not logged again.
/// </summary>
public sealed class AuditLog(IBlobs blobs, TimeProvider clock) : IDisposable
{
    /// <summary>A segment that has reached this many bytes is closed and the next one begun.</summary>
    public const int SegmentBytes = 1 << 20;

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Dictionary<string, AuditEntry> byId = new(StringComparer.Ordinal);
    private readonly List<AuditEntry> entries = [];
    private int segment = 1;
    private long position;

    private string Last => entries.Count == 0 ? AuditEntry.Root : entries[^1].Hash;

    public static string SegmentName(int number) => number.ToString("D8", CultureInfo.InvariantCulture) + ".jsonl";

    public void Dispose() => gate.Dispose();

    /// <summary>Logs a fact, or returns the entry under which it was logged before.</summary>
    public async Task<AuditEntry> Append(AuditFact fact, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                await CatchUp(cancellation);
                if (byId.TryGetValue(fact.Id, out AuditEntry? logged))
                {
                    return logged;
                }
                AuditEntry entry = AuditEntry.Seal(fact, entries.Count + 1, Last, clock.GetUtcNow());
                byte[] line = Encoding.UTF8.GetBytes(entry.ToLine() + "\n");
                AppendResult result = await blobs.Append(Containers.Audit, SegmentName(segment), line, position, cancellation);
                if (result.Written)
                {
                    Remember(entry, result.Length);
                    return entry;
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The hash of the newest entry; it goes into commit trailers.</summary>
    public async Task<string> Head(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            await CatchUp(cancellation);
            return Last;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The entries after a sequence number, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> Read(long after, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            await CatchUp(cancellation);
            return entries.Skip((int)Math.Max(after, 0)).ToList();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task CatchUp(CancellationToken cancellation)
    {
        while (true)
        {
            await using BlobContent? content = await blobs.OpenRead(Containers.Audit, SegmentName(segment), cancellation);
            long length = content?.Length ?? 0;
            if (length < position)
            {
                throw new InvalidDataException($"audit/{SegmentName(segment)} was cut from {position} to {length} bytes; nothing is appended to a damaged log");
            }
            if (content is null || length == position)
            {
                return;
            }
            await Skip(content.Stream, position, cancellation);
            byte[] unread = new byte[length - position];
            await content.Stream.ReadExactlyAsync(unread, cancellation);
            Learn(unread, SegmentName(segment));
        }
    }

    private void Learn(ReadOnlySpan<byte> unread, string name)
    {
        while (unread.Length > 0)
        {
            int length = unread.IndexOf((byte)'\n');
            if (length < 0 || SegmentName(segment) != name)
            {
                throw new InvalidDataException($"audit/{name} ends in the middle of an entry; nothing is appended to a damaged log");
            }
            Remember(AuditChain.ParseLine(Encoding.UTF8.GetString(unread[..length]), name), position + length + 1);
            unread = unread[(length + 1)..];
        }
    }

    private void Remember(AuditEntry entry, long positionAfter)
    {
        entries.Add(entry);
        byId[entry.Id] = entry;
        (segment, position) = positionAfter >= SegmentBytes ? (segment + 1, 0) : (segment, positionAfter);
    }

    private static async Task Skip(Stream stream, long bytes, CancellationToken cancellation)
    {
        if (stream.CanSeek)
        {
            stream.Seek(bytes, SeekOrigin.Begin);
            return;
        }
        byte[] buffer = new byte[8192];
        while (bytes > 0)
        {
            bytes -= await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), cancellation);
        }
    }
}
