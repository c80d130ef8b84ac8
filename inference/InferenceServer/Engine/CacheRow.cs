using System.Runtime.InteropServices;

namespace LlmOps.Inference.Engine;

/// <summary>A row of the cache: who works in it, and which tokens' keys and values it holds from position 0 on.</summary>
internal sealed class CacheRow(int index)
{
    private List<int> _kept = [];
    private int _keptCount;

    public int Index => index;

    /// <summary>The sequence that works in the row; null when the row is free.</summary>
    public Sequence? Owner { get; private set; }

    /// <summary>Rises with each use of any row.</summary>
    public long LastUsed { get; private set; }

    /// <summary>The tokens that are in the cache: the owner's, or what the last owner left behind.</summary>
    public ReadOnlySpan<int> Tokens => Owner is { } owner ? owner.CachedTokens : CollectionsMarshal.AsSpan(_kept)[.._keptCount];

    /// <summary>Gives the row to a sequence.</summary>
    public void Enter(Sequence owner, long use) => (Owner, LastUsed) = (owner, use);

    /// <summary>Frees the row; its tokens stay in the cache and may serve the next prompt that begins with them.</summary>
    public void Leave(long use)
    {
        (_kept, _keptCount) = (Owner!.Tokens, Owner.Cached);
        (Owner, LastUsed) = (null, use);
    }

    /// <summary>Forgets what the row holds, as after a failed run.</summary>
    public void Clear() => (_kept, _keptCount, Owner) = ([], 0, null);
}
