namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>
/// How much may still be searched for one answer, in looks of the grammar. The thread that searches turns the batch of all: an answer may
/// begin with a search that others notice, and from then on take for each of its tokens no more than a run of the model does. The
/// benchmark's schema takes 500 looks a token, and 40,000 for the one that takes most.
/// </summary>
internal sealed class SearchAllowance
{
    /// <summary>Looks that an answer begins with, and the most that it may have saved.</summary>
    public const long First = 1_000_000;

    /// <summary>Looks that each token of an answer adds.</summary>
    public const long EachToken = 10_000;

    /// <summary>Looks that are left; below 0 by no more than one state takes.</summary>
    public long Left { get; private set; } = First;

    public void Spend(long looks) => Left -= looks;

    public void Earn() => Left = Math.Min(First, Left + EachToken);
}
