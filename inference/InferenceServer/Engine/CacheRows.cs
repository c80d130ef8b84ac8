namespace LlmOps.Inference.Engine;

/// <summary>
/// Who works in which row of the cache. Decoding runs over the rows from 0 to the last that decodes, so holes below it cost
/// time: they are filled by new sequences, or closed by moving the last one down.
/// </summary>
internal sealed class CacheRows(int count)
{
    /// <summary>Fewest tokens of a common beginning that are worth looking for.</summary>
    public const int WorthReusing = 16;

    private readonly CacheRow[] _rows = [.. Enumerable.Range(0, count).Select(index => new CacheRow(index))];
    private long _uses;

    public IReadOnlyList<CacheRow> All => _rows;

    public bool AnyFree => Array.Exists(_rows, row => row.Owner is null);

    /// <summary>Tokens in the cache for sequences that are being worked on.</summary>
    public int TokensInUse => _rows.Sum(row => row.Owner?.Cached ?? 0);

    /// <summary>Rows that a decoding run has to cover: up to the last whose sequence has one token to run.</summary>
    public int DecodingRows => Array.FindLastIndex(_rows, row => row.Owner is { Decodes: true }) + 1;

    /// <summary>
    /// Gives a sequence the free row that holds the longest beginning of its prompt, the one unused for longest otherwise; at least
    /// one must be free.
    /// </summary>
    public void Place(Sequence sequence)
    {
        (CacheRow? target, int own) = (null, -1);
        foreach (CacheRow row in _rows)
        {
            if (row.Owner is not null) continue;
            int common = Common(sequence.Reusable, row.Tokens);
            if (common > own || (common == own && row.LastUsed < target!.LastUsed)) (target, own) = (row, common);
        }
        sequence.MoveTo(target!.Index);
        sequence.Reuse(own);
        target.Enter(sequence, ++_uses);
    }

    /// <summary>Looks for a longer beginning of a prompt than its own row holds, before its first token is run.</summary>
    /// <returns>The copy to make, or null.</returns>
    public RowCopy? Borrow(Sequence sequence)
    {
        (CacheRow? source, int longest) = (null, sequence.Cached);
        foreach (CacheRow row in _rows)
        {
            int common = row.Owner == sequence ? 0 : Common(sequence.Reusable, row.Tokens);
            if (common > longest) (source, longest) = (row, common);
        }
        if (source is null) return null;
        sequence.Reuse(longest);
        return new RowCopy(source.Index, sequence.Row, longest);
    }

    /// <summary>Frees the row of a sequence that has ended.</summary>
    public void Release(Sequence sequence) => _rows[sequence.Row].Leave(++_uses);

    /// <summary>Frees the row of a sequence whose run failed, so that what it holds is not known.</summary>
    public void Discard(Sequence sequence) => _rows[sequence.Row].Clear();

    /// <summary>Moves the last decoding sequence into the first free row below it, if there is one.</summary>
    /// <returns>The copy to make before the next run, or null.</returns>
    public RowCopy? Compact()
    {
        int last = DecodingRows - 1;
        int hole = Array.FindIndex(_rows, row => row.Owner is null);
        if (hole < 0 || hole > last) return null;
        Sequence moved = _rows[last].Owner!;
        _rows[last].Leave(++_uses);
        moved.MoveTo(hole);
        _rows[hole].Enter(moved, ++_uses);
        return new RowCopy(last, hole, moved.Cached);
    }

    private static int Common(ReadOnlySpan<int> prompt, ReadOnlySpan<int> cached)
    {
        int common = prompt.CommonPrefixLength(cached);
        return common < WorthReusing ? 0 : common;
    }
}

/// <summary>The first positions of one row, to be copied over those of another.</summary>
internal readonly record struct RowCopy(int From, int To, int Length);
