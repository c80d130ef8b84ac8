using System.Text;
using System.Text.Unicode;
using LlmOps.Ports;

namespace LlmOps.Audit;

/// <summary>Proves the audit log: its own chain, and that every head named in a commit is in it, so that a cut tail shows.</summary>
public sealed class VerifyAudit(IBlobs blobs, IGitHost git, ControlPlaneOptions options)
{
    /// <summary>The trailer in which commits name the log's head.</summary>
    public const string HeadTrailer = "Audit-Head";

    private const int CommitsToCheck = 1000;

    // Marks a line without its line break, so that it is no entry.
    private const char Unended = '\0';

    public async Task<ChainVerdict> Handle(CancellationToken cancellation)
    {
        List<(string Line, string Segment)> lines = await ReadLines(cancellation);
        ChainVerdict verdict = AuditChain.Verify(lines);
        if (!verdict.Holds)
        {
            return verdict;
        }
        HashSet<string> known = lines.Select(line => AuditChain.ParseLine(line.Line, line.Segment).Hash).ToHashSet();
        IReadOnlyList<GitCommit> commits = await git.History(options.Branch, CommitsToCheck, cancellation);
        foreach (GitCommit commit in commits)
        {
            if (commit.Trailers.TryGetValue(HeadTrailer, out string? head) && head != AuditEntry.Root && !known.Contains(head))
            {
                return verdict with { Holds = false, Text = $"commit {commit.Sha} names the head {head}, which the log does not hold: its tail was cut" };
            }
        }
        int named = commits.Count(commit => commit.Trailers.ContainsKey(HeadTrailer));
        return verdict with { Text = $"{verdict.Text}; {named} commits name heads that it holds" };
    }

    private static bool IsUtf8(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private async Task<List<(string Line, string Segment)>> ReadLines(CancellationToken cancellation)
    {
        List<(string, string)> lines = [];
        await foreach (BlobItem item in blobs.List(Containers.Audit, "", cancellation))
        {
            if (await blobs.ReadBytes(Containers.Audit, item.Name, cancellation) is not var (bytes, _))
            {
                continue;
            }
            int start = 0;
            for (int end = 0; end < bytes.Length; end++)
            {
                if (bytes[end] == (byte)'\n')
                {
                    lines.Add((Decode(bytes.AsSpan(start, end - start)), item.Name));
                    start = end + 1;
                }
            }
            if (start < bytes.Length)
            {
                lines.Add((Decode(bytes.AsSpan(start)) + Unended, item.Name));
            }
        }
        return lines;
    }

    // One character a byte where it is not UTF-8: what was changed never decodes to what stood there before.
    private static string Decode(ReadOnlySpan<byte> line) => (Utf8.IsValid(line) ? Encoding.UTF8 : Encoding.Latin1).GetString(line);
}
