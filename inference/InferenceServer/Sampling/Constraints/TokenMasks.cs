using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>
/// Finds the tokens that may come next by walking the vocabulary's trie and the states of a grammar together: what tokens share is tried
/// once, and nothing below a byte that cannot come. Remembers what it found within a bound.
/// </summary>
internal sealed class TokenMasks(TokenTrie trie, GrammarStates states)
{
    private const int MostBytes = 4 * 1024 * 1024;

    // Frames that are made and gone again within one search do not show in a state's reach.
    private const int ReachUnseen = 16;

    // A state that is remembered here keeps its ways, also where the grammar has forgotten it.
    private const int BytesOfWay = 64;

    private readonly Dictionary<GrammarState, TokenMask> _known = [];
    private readonly GrammarState[] _path = new GrammarState[trie.Longest + 1];
    private readonly ulong[] _bits = new ulong[TokenMask.Words(trie.Count)];
    private int _bytes;
    private int _reach;

    /// <summary>About the memory that the masks take, and the states that they keep.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    public bool Knows(GrammarState state) => _known.ContainsKey(state);

    /// <summary>The tokens that may come in a state.</summary>
    public TokenMask Of(GrammarState state)
    {
        if (_known.TryGetValue(state, out TokenMask? known)) return known;
        TokenMask mask = CommonTail(state) is { } tail && Through(state, tail) is { } found ? found : Walk(state);
        if (_bytes > MostBytes)
        {
            _known.Clear();
            _bytes = 0;
        }
        _bytes += mask.Bytes + (state.Ways.Length * BytesOfWay);
        return _known[state] = mask;
    }

    // Most tokens end within the innermost text, a string say, and need not be tried again for each place where that text may be.
    private TokenMask? Through(GrammarState state, Frame tail)
    {
        TokenMask inside = Of(states.Above(state, tail));
        GrammarState behind = states.At(tail);
        if (behind.IsDead || inside.Reach + ReachUnseen + tail.Depth > GrammarStates.Deepest) return null;
        inside.CopyTo(_bits);
        foreach (int exit in inside.Exits)
        {
            _path[trie.Nodes[exit].Depth + 1] = behind;
            Walk(exit + 1, trie.Nodes[exit].End, exits: null);
        }
        return new TokenMask(_bits);
    }

    private TokenMask Walk(GrammarState state)
    {
        List<int> exits = [];
        (_path[0], _reach) = (state, 0);
        Array.Clear(_bits);
        Walk(0, trie.Nodes.Length - 1, exits);
        return new TokenMask(_bits) { Exits = exits, Reach = _reach };
    }

    private void Walk(int first, int end, List<int>? exits)
    {
        ReadOnlySpan<TrieNode> nodes = trie.Nodes;
        for (int at = first; at < end;)
        {
            ref readonly TrieNode node = ref nodes[at];
            GrammarState next = _path[node.Depth].After(node.Label);
            _reach = Math.Max(_reach, next.Reach);
            if (next.IsDead)
            {
                at = node.End;
                continue;
            }
            foreach (int token in trie.TokensAt(at)) TokenMask.Add(_bits, token);
            if (next.MayEnd && node.End > at + 1) exits?.Add(at);
            _path[node.Depth + 1] = next;
            at++;
        }
    }

    // What follows on each of the ways once the sequences that differ are complete; null where the text may end before.
    private static Frame? CommonTail(GrammarState state)
    {
        if (state.MayEnd || state.Ways.Length == 0) return null;
        Frame? tail = state.Ways[0].Then;
        foreach (Frame way in state.Ways[1..])
        {
            for (Frame? other = way.Then; tail != other;)
            {
                if ((tail?.Depth ?? 0) > (other?.Depth ?? 0)) tail = tail!.Then;
                else other = other!.Then;
            }
        }
        return tail;
    }
}
