using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Reviews;

/// <summary>Judges what a pull request makes of one model: its manifests, the versions that it ships, its gates.</summary>
public sealed class JudgeChange(IGitHost git, JudgeShipped shipped, JudgePolicyChange policyChange, JudgeProposal proposal)
{
    public async Task<(IReadOnlyList<Finding> Findings, PolicyChange Change)> Handle(string model, PullRequest pull, CancellationToken cancellation)
    {
        ModelManifests before = await ModelManifests.Read(model, new GitFiles(git, pull.BaseSha, cancellation));
        ModelManifests after = await ModelManifests.Read(model, new GitFiles(git, pull.HeadSha, cancellation));
        List<Finding> findings = [.. JudgeManifests.Decide(before, after, ours: pull.Key is not null)];
        if (pull.Key is { } key)
        {
            findings.Add(await proposal.Handle(key, cancellation));
        }
        else
        {
            string baseHead = await git.Head(pull.BaseBranch, cancellation);
            findings.AddRange(await shipped.Handle(model, JudgeManifests.Shipped(before, after), baseHead, cancellation));
        }
        bool policyChanged = pull.ChangedPaths.Contains(Slots.PolicyPath(model));
        PolicyChange change = await policyChange.Handle(model, pull.HeadSha, policyChanged, cancellation);
        findings.AddRange(change.Findings);
        return (findings, change);
    }
}
