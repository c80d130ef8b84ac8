using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>
/// Checks a pull request for the reconciled branch: one check run for each model that it touches, on its head, and one for
/// the quarantine. It looks at the pull request as it stands now, so that checks in any order end in the same.
/// </summary>
public sealed class CheckPullRequest(IGitReviews reviews, IGitHost git, JudgeChange judge, ControlPlaneOptions options)
{
    /// <summary>Puts the checks; false when there is no pull request of that number.</summary>
    public async Task<bool> Handle(int number, CancellationToken cancellation)
    {
        if (await reviews.ReadPullRequest(number, cancellation) is not { } pull)
        {
            return false;
        }
        if (pull.State != PullRequestState.Open || pull.BaseBranch != options.Branch)
        {
            return true;
        }
        foreach (string model in ModelsOf(pull))
        {
            await reviews.PutCheckRun(await OfModel(model, pull, cancellation), cancellation);
        }
        if (pull.ChangedPaths.Contains(Slots.QuarantinePath))
        {
            await reviews.PutCheckRun(await OfQuarantine(pull, cancellation), cancellation);
        }
        return true;
    }

    /// <summary>The models whose folders a pull request touches.</summary>
    public static IReadOnlyList<string> ModelsOf(PullRequest pull) =>
        [.. pull.ChangedPaths.Select(path => path.Split('/')).Where(parts => parts is ["apps", var model, _, ..] && Names.IsModel(model))
            .Select(parts => parts[1]).Distinct().Order(StringComparer.Ordinal)];

    private async Task<CheckRun> OfModel(string model, PullRequest pull, CancellationToken cancellation)
    {
        (IReadOnlyList<Finding> findings, PolicyChange change) = await judge.Handle(model, pull, cancellation);
        Uri? details = change.WouldHaveSaid is { } report ? ShowVerdict.ReportUrl(options, report.Model, report.Version) : null;
        return Check(CheckNames.Of(model), pull, findings, ReviewText.Summary(model, findings, change, details)) with { Details = details };
    }

    private async Task<CheckRun> OfQuarantine(PullRequest pull, CancellationToken cancellation)
    {
        IReadOnlyList<Finding> findings = JudgeQuarantine.Decide(
            await git.Read(Slots.QuarantinePath, pull.BaseSha, cancellation), await git.Read(Slots.QuarantinePath, pull.HeadSha, cancellation), pull.Text);
        return Check(CheckNames.Quarantine, pull, findings, ReviewText.Summary("The quarantine", findings, null, null));
    }

    private static CheckRun Check(string name, PullRequest pull, IReadOnlyList<Finding> findings, string summary) =>
        new(name, pull.HeadSha, Conclude.From(findings), ReviewText.Title(findings), summary, CheckNames.ReferenceTo(pull.Number));
}
