using System.Runtime.CompilerServices;

namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>
/// Symbols still to come: the rest of one sequence, and behind it what encloses it. Equal where the symbols are; its hash is kept,
/// since texts may be nested deeper than the stack.
/// </summary>
internal sealed class Pending : IEquatable<Pending>
{
    private readonly Symbol[] _sequence;
    private readonly int _at;
    private readonly Pending? _then;
    private readonly int _hash;

    public Pending(Symbol[] sequence, int at, Pending? then)
    {
        (_sequence, _at, _then) = (sequence, at, then);
        Depth = 1 + (then?.Depth ?? 0);
        _hash = HashCode.Combine(RuntimeHelpers.GetHashCode(sequence), at, then?._hash ?? 0);
    }

    /// <summary>Sequences that enclose one another here.</summary>
    public int Depth { get; }

    public Symbol First => _sequence[_at];

    public Pending? Rest => _at + 1 < _sequence.Length ? new Pending(_sequence, _at + 1, _then) : _then;

    public bool Equals(Pending? other)
    {
        Pending? one = this;
        for (; one is not null && other is not null; (one, other) = (one._then, other._then))
        {
            if (ReferenceEquals(one, other)) return true;
            if (one._hash != other._hash || one._at != other._at || one._sequence != other._sequence) return false;
        }
        return one is null && other is null;
    }

    public override bool Equals(object? obj) => obj is Pending other && Equals(other);

    public override int GetHashCode() => _hash;
}
