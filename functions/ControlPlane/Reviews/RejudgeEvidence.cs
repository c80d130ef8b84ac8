using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>A release's answers, judged under other limits than those they were asked under, beside what was recorded.</summary>
public sealed record Rejudged(Release Release, GateReport Report, Outcome? Recorded);

/// <summary>Judges stored answers again: nothing is asked, and nothing is stored.</summary>
public sealed class RejudgeEvidence(ReleaseStore store, EvidenceStore evidence, ReadPolicy policies)
{
    /// <summary>The newest release of a model whose answers are complete, under a policy; null when there is none.</summary>
    public async Task<Rejudged?> Newest(string model, ModelPolicy policy, string revision, CancellationToken cancellation)
    {
        foreach (Release release in (await store.List(model, cancellation)).Reverse())
        {
            if (await Of(release, policy, revision, cancellation) is { } rejudged)
            {
                return rejudged;
            }
        }
        return null;
    }

    /// <summary>A version's release, or null.</summary>
    public async Task<Release?> Release(string model, string version, CancellationToken cancellation) =>
        Names.IsVersion(version) ? (await store.Read(model, version, cancellation))?.Value : null;

    /// <summary>A release's answers under the policy of a revision; null when it was not asked everything. The items are those that it was asked.</summary>
    public async Task<Rejudged?> Of(Release release, ModelPolicy policy, string revision, CancellationToken cancellation)
    {
        if (await evidence.ReadEvaluation(release, cancellation) is not var (evaluation, _))
        {
            return null;
        }
        (ModelPolicy asked, GitFiles files) = await policies.At(release.Model, evaluation.PolicyRevision, cancellation);
        TestSuite suite = await EvaluateRelease.ReadSuite(release.Model, asked, files);
        if (evaluation.Candidate.Count < Questions.Of(suite.Datasets, asked).Count)
        {
            return null;
        }
        GateSubject subject = new(release.Model, release.Version, release.Digest, release.Champion);
        GateReport report = JudgeGates.Decide(subject, policy, evaluation, suite.Datasets) with { PolicyRevision = revision };
        return new Rejudged(release, report, (await evidence.ReadReport(release, cancellation))?.Outcome);
    }
}
