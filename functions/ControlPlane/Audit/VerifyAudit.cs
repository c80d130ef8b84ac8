using System.Text;
using LlmOps.Ports;

namespace LlmOps.Audit;

/// <summary>Proves the audit log: its own chain, and that every head named in a commit is in it, so that a cut tail shows.</summary>
public sealed class VerifyAudit(IBlobs blobs, IGitHost git)
{
    /// <summary>The trailer in which commits name the log's head.</summary>
    public const string HeadTrailer = "Audit-Head";

    private const string Branch = "main";
    private const int CommitsToCheck = 1000;

    public async Task<ChainVerdict> Handle(CancellationToken cancellation)
    {
        List<(string Line, string Segment)> lines = await ReadLines(cancellation);
        ChainVerdict verdict = AuditChain.Verify(lines);
        if (!verdict.Holds)
        {
            return verdict;
        }
        HashSet<string> known = lines.Select(line => AuditChain.ParseLine(line.Line, line.Segment).Hash).ToHashSet();
        IReadOnlyList<GitCommit> commits = await git.History(Branch, CommitsToCheck, cancellation);
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

    private async Task<List<(string Line, string Segment)>> ReadLines(CancellationToken cancellation)
    {
        List<(string, string)> lines = [];
        await foreach (BlobItem item in blobs.List(Containers.Audit, "", cancellation))
        {
            if (await blobs.ReadBytes(Containers.Audit, item.Name, cancellation) is not var (bytes, _))
            {
                continue;
            }
            string text = Encoding.UTF8.GetString(bytes);
            lines.AddRange(text.Split('\n').SkipLast(text.EndsWith('\n') ? 1 : 0).Select(line => (line, item.Name)));
        }
        return lines;
    }
}
