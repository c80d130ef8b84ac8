using System.ComponentModel.DataAnnotations;

namespace LlmOps.Manifests;

/// <summary>When a release waits for people.</summary>
public enum ApprovalRequired
{
    /// <summary>Nobody is asked: a release whose gates cannot tell is refused.</summary>
    Never,

    /// <summary>A person decides where the gates cannot tell.</summary>
    Inconclusive,

    /// <summary>A person decides on each release.</summary>
    Always,
}

/// <summary>What an approval lets a release do.</summary>
public enum ApprovalStage
{
    /// <summary>Get its first traffic: users' requests, or copies of them where there is a shadow.</summary>
    Progressing,

    /// <summary>Get all of the traffic, which promotes it.</summary>
    Promoted,

    /// <summary>Get its first users after its shadow.</summary>
    Users,
}

/// <summary>Which releases wait for people, before what, and whose word counts.</summary>
public sealed record ApprovalPolicy
{
    public ApprovalRequired Required { get; init; } = ApprovalRequired.Inconclusive;

    /// <summary>What each release waits before where approval is always required.</summary>
    [Required, MinLength(1)] public List<ApprovalStage> Before { get; init; } = [ApprovalStage.Progressing];

    /// <summary>Whose approval counts; anybody's who may give orders where none is named.</summary>
    [Required] public List<string> Approvers { get; init; } = [];

    /// <summary>Persons that must approve, each counted once.</summary>
    [Range(1, 10)] public int Count { get; init; } = 1;

    /// <summary>Whether each release waits for approval before a stage.</summary>
    public bool Asks(ApprovalStage stage) => Required == ApprovalRequired.Always && Before.Contains(stage);

    /// <summary>Whether a person's approval counts; case does not tell logins apart.</summary>
    public bool Counts(string login) => Approvers.Count == 0 || Approvers.Contains(login, StringComparer.OrdinalIgnoreCase);

    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Required) || Before?.All(stage => Enum.IsDefined(stage)) != true || Before.Distinct().Count() != Before.Count)
        {
            yield return "approval.required is never, inconclusive or always; approval.before lists progressing, users and promoted, each at most once";
        }
        if (Approvers is null || Approvers.Any(string.IsNullOrWhiteSpace))
        {
            yield return "approval.approvers must be a list of logins";
        }
        else if (Approvers.Count > 0 && Approvers.Distinct(StringComparer.OrdinalIgnoreCase).Count() < Count)
        {
            yield return $"approval.count is {Count}, but approval.approvers names fewer persons";
        }
    }
}
