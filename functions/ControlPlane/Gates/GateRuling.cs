using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>What follows from a gate report under a policy.</summary>
public abstract record GateRuling
{
    private GateRuling()
    {
    }

    /// <summary>On to the traffic.</summary>
    public sealed record GoOn : GateRuling;

    /// <summary>A person is asked.</summary>
    public sealed record Ask(string Why) : GateRuling;

    /// <summary>It ends here.</summary>
    public sealed record Refuse(string Why) : GateRuling;

    /// <summary>A failed gate refuses; what the gates cannot tell, the policy wants to see, or is suspicious, goes to people.</summary>
    public static GateRuling Decide(Release release, GateReport report, ApprovalPolicy policy)
    {
        string asks = string.Create(CultureInfo.InvariantCulture, $"waits for {policy.Count} approval(s): `llmops approve {release.Id}` or `llmops reject {release.Id}`");
        return (report.Outcome, policy.Required) switch
        {
            (Outcome.Fail, _) => new Refuse(report.Summary()),
            (Outcome.Inconclusive, ApprovalRequired.Never) => new Refuse($"its gates cannot tell, and nobody is to be asked: {report.Summary()}"),
            (Outcome.Inconclusive, _) => new Ask($"its gates cannot tell: {report.Summary()}; {asks}"),
            _ when release.Suspicion is { } suspicion => new Ask($"{suspicion}; {asks}"),
            _ when policy.Asks(ApprovalStage.Progressing) => new Ask(asks),
            _ => new GoOn(),
        };
    }
}
