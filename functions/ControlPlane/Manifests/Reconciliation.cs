using LlmOps.Ports;

namespace LlmOps.Manifests;

/// <summary>Whether the cluster runs a revision that contains a commit.</summary>
public sealed class Reconciliation(IGitHost git, ICluster cluster, ControlPlaneOptions options)
{
    /// <summary>Whether the cluster's reconciled revision is the commit or a later one.</summary>
    public async Task<bool> Contains(string commit, CancellationToken cancellation)
    {
        if (await cluster.ReconciledRevision(cancellation) is not { } reconciled)
        {
            return false;
        }
        if (reconciled == commit)
        {
            return true;
        }
        List<string> newestFirst = (await git.History(options.Branch, options.HistoryDepth, cancellation)).Select(c => c.Sha).ToList();
        int of = newestFirst.IndexOf(reconciled);
        return of >= 0 && newestFirst.IndexOf(commit) > of;
    }
}
