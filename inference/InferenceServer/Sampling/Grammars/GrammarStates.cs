using System.Runtime.InteropServices;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>
/// The states of one grammar that have been come to, each once: texts come to the same states again and again. Bounded, since a text can
/// be nested in ever new ways: all are forgotten together, and those still wanted are found again.
/// </summary>
internal sealed class GrammarStates(Grammar grammar)
{
    /// <summary>Most sequences that enclose one another; nobody reads JSON that is nested deeper.</summary>
    public const int Deepest = 1000;

    // What follows costs time for each byte that is tried.
    private const int MostWays = 5000;

    // Ways that share nothing of what encloses them keep all of it, whatever is forgotten.
    private const int MostDepths = 250_000;
    private const int MostFrames = 100_000;
    private const int MostLinks = 1_000_000;

    // Ways that wait to be looked at; a rule of many choices in each of many ways would make frames without end before any is tried.
    private const int MostWaiting = 4 * MostWays;

    // A way that another byte would continue is passed by for a part of what one takes that is followed.
    private const int PassedForALook = 16;
    private const int BytesOfFrame = 128;

    private static readonly FrameSets Order = new();

    private readonly Dictionary<(Symbol[] Sequence, int At, Frame? Then), Frame> _frames = [];
    private readonly Dictionary<Frame[], GrammarState> _open = new(Order);
    private readonly Dictionary<Frame[], GrammarState> _complete = new(Order);

    // Work of one search, kept for the next.
    private readonly Stack<Frame?> _todo = [];
    private readonly HashSet<Frame> _seen = [];
    private readonly List<Frame> _ways = [];

    private readonly Symbol[] _start = [Symbol.Rule(0)];
    private int _made;
    private int _links;

    public ByteClasses Classes { get; } = new(grammar);

    /// <summary>Frames looked at or made so far, which is what finding states takes.</summary>
    public long Looks { get; private set; }

    /// <summary>Looks after which no state is found any more; a search that comes to it is given up.</summary>
    public long LastLook { get; set; } = long.MaxValue;

    /// <summary>About the memory that frames and states take.</summary>
    public long Bytes => (_frames.Count * (long)BytesOfFrame) + (Volatile.Read(ref _links) * (long)IntPtr.Size);

    /// <summary>The state before the first byte.</summary>
    public GrammarState Begin()
    {
        _todo.Clear();
        _todo.Push(FrameOf(_start, 0, null));
        return Expand();
    }

    /// <summary>The state that begins with a frame.</summary>
    public GrammarState At(Frame frame)
    {
        _todo.Clear();
        _todo.Push(frame);
        return Expand();
    }

    public GrammarState After(GrammarState state, byte next)
    {
        _todo.Clear();
        Looks += state.Ways.Length / PassedForALook;
        foreach (Frame way in state.Ways)
        {
            if (way.First.Set!.Contains(next)) _todo.Push(RestOf(way));
        }
        return Expand();
    }

    /// <summary>The same ways without a frame that they all come to at last: the text may end where that frame would begin.</summary>
    public GrammarState Above(GrammarState state, Frame tail)
    {
        _ways.Clear();
        Stack<Frame> above = [];
        foreach (Frame way in state.Ways)
        {
            for (Frame at = way; at != tail; at = at.Then!) above.Push(at);
            Looks += above.Count;
            Frame? moved = null;
            while (above.TryPop(out Frame? frame)) moved = FrameOf(frame.Sequence, frame.At, moved);
            _ways.Add(moved!);
        }
        return Known(mayEnd: false, reach: _ways.Max(way => way.Depth));
    }

    // Replaces rules by what they stand for until each way begins with a byte. Equal ways are gone once: a rule may be its own choice.
    private GrammarState Expand()
    {
        if (Looks > LastLook) throw new SchemaException("it can go on in too many ways");
        _seen.Clear();
        _ways.Clear();
        bool mayEnd = false;
        int reach = 0;
        int depths = 0;
        while (_todo.TryPop(out Frame? way))
        {
            if (way is null)
            {
                mayEnd = true;
                continue;
            }
            Looks++;
            if (!_seen.Add(way)) continue;
            depths += way.Depth;
            if (_seen.Count > MostWays || depths > MostDepths || _todo.Count > MostWaiting)
            {
                _ways.Clear();
                return Known(mayEnd: false, reach);
            }
            reach = Math.Max(reach, way.Depth);
            if (way.First.Set is not null) _ways.Add(way);
            else reach = Math.Max(reach, PushChoices(way));
        }
        return Known(mayEnd, reach);
    }

    private int PushChoices(Frame way)
    {
        Frame? rest = RestOf(way);
        int depth = 1 + (rest?.Depth ?? 0);
        IReadOnlyList<Symbol[]> choices = grammar[way.First.Index];
        Looks += choices.Count;
        foreach (Symbol[] choice in choices)
        {
            if (choice.Length == 0) _todo.Push(rest);
            else if (depth <= Deepest) _todo.Push(FrameOf(choice, 0, rest));
        }
        return depth;
    }

    private GrammarState Known(bool mayEnd, int reach)
    {
        _ways.Sort(static (one, other) => one.Id.CompareTo(other.Id));
        Dictionary<Frame[], GrammarState>.AlternateLookup<ReadOnlySpan<Frame>> known = (mayEnd ? _complete : _open).GetAlternateLookup<ReadOnlySpan<Frame>>();
        if (!known.TryGetValue(CollectionsMarshal.AsSpan(_ways), out GrammarState? state))
        {
            _links += _ways.Count + Classes.Count;
            if (_links > MostLinks || _frames.Count > MostFrames) Forget();
            Frame[] ways = [.. _ways];
            state = (mayEnd ? _complete : _open)[ways] = new GrammarState(this, ways, mayEnd);
        }
        state.Reach = Math.Max(state.Reach, reach);
        return state;
    }

    private Frame? RestOf(Frame way) => way.HasMore ? FrameOf(way.Sequence, way.At + 1, way.Then) : way.Then;

    private Frame FrameOf(Symbol[] sequence, int at, Frame? then)
    {
        ref Frame? frame = ref CollectionsMarshal.GetValueRefOrAddDefault(_frames, (sequence, at, then), out _);
        return frame ??= new Frame(_made++, sequence, at, then);
    }

    private void Forget()
    {
        foreach (GrammarState state in _open.Values.Concat(_complete.Values)) state.Forget();
        _open.Clear();
        _complete.Clear();
        _frames.Clear();
        _links = 0;
    }
}
