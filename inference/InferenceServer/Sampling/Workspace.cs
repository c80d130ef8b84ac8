namespace LlmOps.Inference.Sampling;

/// <summary>A thread's buffers for choosing among the tokens of a vocabulary, so that a choice allocates nothing.</summary>
internal sealed class Workspace
{
    [ThreadStatic]
    private static Workspace? t_own;

    private Workspace(int vocabulary)
    {
        Logits = new float[vocabulary];
        Tokens = new int[vocabulary];
        Weights = new double[vocabulary];
    }

    public float[] Logits { get; }

    public int[] Tokens { get; }

    public double[] Weights { get; }

    /// <summary>This thread's buffers for a vocabulary of that size.</summary>
    public static Workspace Of(int vocabulary)
    {
        if (t_own is null || t_own.Logits.Length != vocabulary) t_own = new Workspace(vocabulary);
        return t_own;
    }
}
