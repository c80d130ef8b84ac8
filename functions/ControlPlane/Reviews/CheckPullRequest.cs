using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>
/// Checks a pull request for the reconciled branch: one check run for each model that it touches, on its head, and one for
/// the quarantine; beyond a number of models one check stands for all others. It looks at the pull request as it stands now, so that checks in any order end in the same.
/// </summary>
public sealed class CheckPullRequest(IGitReviews reviews, IGitHost git, JudgeChange judge, ControlPlaneOptions options)
{
    /// <summary>Models with a check of their own.</summary>
    internal const int MostChecks = 20;

    /// <summary>Models that are judged at all: each takes a dozen reads of the host.</summary>
    internal const int MostJudged = 200;

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
        IReadOnlyList<string> models = ModelsOf(pull);
        foreach (string model in models.Take(MostChecks))
        {
            await reviews.PutCheckRun(await OfModel(model, pull, cancellation), cancellation);
        }
        if (models.Count > MostChecks)
        {
            await reviews.PutCheckRun(await OfOthers([.. models.Skip(MostChecks)], pull, cancellation), cancellation);
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

    // As bad as the worst of them; what was not looked at is not good.
    private async Task<CheckRun> OfOthers(IReadOnlyList<string> models, PullRequest pull, CancellationToken cancellation)
    {
        List<Finding> others = [];
        foreach (string model in models.Take(MostJudged - MostChecks))
        {
            (IReadOnlyList<Finding> findings, _) = await judge.Handle(model, pull, cancellation);
            others.Add(new Finding(Conclude.From(findings), $"`{model}`: {MarkdownText.Inline(ReviewText.Title(findings), 300)}"));
        }
        if (models.Count - others.Count is var left and > 0)
        {
            others.Add(Finding.Wrong(string.Create(
                CultureInfo.InvariantCulture, $"{left} more models were not looked at: a change of more than {MostJudged} models is to be split")));
        }
        return Check(CheckNames.Others, pull, others, ReviewText.Summary(
            string.Create(CultureInfo.InvariantCulture, $"{models.Count} models without a check of their own"), others, null, null));
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
