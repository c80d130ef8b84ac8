namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>Compares lists of frames that are in the order of their ids; a span finds a list without becoming one.</summary>
internal sealed class FrameSets : IEqualityComparer<Frame[]>, IAlternateEqualityComparer<ReadOnlySpan<Frame>, Frame[]>
{
    public bool Equals(Frame[]? x, Frame[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<Frame> alternate, Frame[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(Frame[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<Frame> alternate)
    {
        HashCode hash = new();
        foreach (Frame frame in alternate) hash.Add(frame.Id);
        return hash.ToHashCode();
    }

    public Frame[] Create(ReadOnlySpan<Frame> alternate) => alternate.ToArray();
}
