namespace LlmOps.Admission;

/// <summary>One line of the checklist: the rule, what was seen (null where nothing was looked at), and the first of its faults.</summary>
public sealed record AdmissionCheck(string Rule, string? Seen, IReadOnlyList<AdmissionFault> Faults, int FaultCount)
{
    public bool Holds => FaultCount == 0;
}

/// <summary>What the checklist says of a version, and which key signed it.</summary>
/// <param name="SignedBy">The trusted key, `path sha256:…`, or null when no key vouches for the version.</param>
public sealed record AdmissionReport(IReadOnlyList<AdmissionCheck> Checks, string? SignedBy)
{
    private const int Shown = 10;

    public bool Admitted => Checks.All(check => check.Holds);

    /// <summary>The first ten faults as one sentence, or null when there are none.</summary>
    public string? Refusal
    {
        get
        {
            List<string> shown = [.. Checks.SelectMany(check => check.Faults).Take(Shown).Select(fault => fault.ToString())];
            int more = Checks.Sum(check => check.FaultCount) - shown.Count;
            return shown.Count == 0 ? null : string.Join("; ", shown) + (more > 0 ? $"; and {more} more" : "");
        }
    }
}
