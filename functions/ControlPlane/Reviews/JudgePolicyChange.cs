using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Reviews;

/// <summary>What a change of a model's gates means: findings, what each gate needs, and what it would have said.</summary>
public sealed record PolicyChange(IReadOnlyList<Finding> Findings, IReadOnlyList<GateNeed> Needs, GateReport? WouldHaveSaid)
{
    public static PolicyChange None { get; } = new([], [], null);
}

/// <summary>Judges a change of gates: reads all that they ask, and holds the newest evidence against the new limits.</summary>
public sealed class JudgePolicyChange(IGitHost git, RejudgeEvidence evidence)
{
    /// <summary>Judges the gates of a revision; nothing where the policy cannot be read, which is judged apart.</summary>
    public async Task<PolicyChange> Handle(string model, string revision, bool policyChanged, CancellationToken cancellation)
    {
        string path = Slots.PolicyPath(model);
        GitFiles files = new(git, revision, cancellation);
        if (await files.TryRead(path) is not { } text || Parse(path, text) is not { } policy)
        {
            return PolicyChange.None;
        }
        try
        {
            TestSuite suite = await EvaluateRelease.ReadSuite(model, policy, files);
            if (!policyChanged)
            {
                return PolicyChange.None;
            }
            List<Finding> findings = [.. suite.Warnings.Select(warning => Finding.Note(MarkdownText.Inline(warning, 300)))];
            Rejudged? newest = await evidence.Newest(model, policy, revision, cancellation);
            findings.Add(newest is null ? Finding.Note("no evidence is stored yet to hold against these gates") : Compare(newest));
            return new PolicyChange(findings, ExplainGates.Of(policy, suite), newest?.Report);
        }
        catch (ManifestException error)
        {
            return PolicyChange.None with { Findings = [Finding.Wrong($"what `{path}` asks cannot be read: {MarkdownText.Inline(error.Message, 500)}")] };
        }
    }

    /// <summary>
    /// What the new limits say of old answers. The same as was recorded needs nobody; a verdict that becomes better lets a
    /// version through that was stopped, so a person decides.
    /// </summary>
    public static Finding Compare(Rejudged rejudged)
    {
        Outcome now = rejudged.Report.Outcome;
        string text = $"this change would have said of {rejudged.Release.Id}: **{now.ToString().ToUpperInvariant()}**"
            + (rejudged.Recorded is { } recorded ? $"; recorded is {recorded.ToString().ToUpperInvariant()}" : "");
        Conclusion weight = (rejudged.Recorded, now) switch
        {
            (Outcome.Pass or null, Outcome.Pass) => Conclusion.Success,
            ({ } same, _) when same == now => Conclusion.Neutral,
            (_, Outcome.Pass) => Conclusion.ActionRequired,
            _ => Conclude.From(now),
        };
        return new Finding(weight, text);
    }

    private static ModelPolicy? Parse(string path, string text)
    {
        try
        {
            return ModelPolicy.Read(path, text);
        }
        catch (ManifestException)
        {
            return null;
        }
    }
}
