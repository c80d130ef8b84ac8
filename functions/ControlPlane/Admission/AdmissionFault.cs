namespace LlmOps.Admission;

/// <summary>Something that keeps a version out: where it is, what is wrong there, and what to do.</summary>
public sealed record AdmissionFault(string Where, string What, string Do)
{
    public override string ToString() => $"{Where} {What}: {Do}";
}

/// <summary>Faults as they are found: the first ten are kept, all are counted.</summary>
internal sealed class FaultList
{
    public const int Most = 10;

    private readonly List<AdmissionFault> kept = [];

    public IReadOnlyList<AdmissionFault> Kept => kept;

    public int Count { get; private set; }

    public void Add(string where, string what, string todo)
    {
        Count++;
        if (kept.Count < Most)
        {
            kept.Add(new AdmissionFault(where, what, todo));
        }
    }

    public void AddAll(FaultList others)
    {
        kept.AddRange(others.kept.Take(Most - kept.Count));
        Count += others.Count;
    }
}
