using LlmOps.Inference.Models.Executors;

namespace LlmOps.Inference.Engine;

/// <summary>
/// The sequences at work and the turns of the model over them. A turn is at most one piece of one prompt and one token for every
/// sequence that has read its own, so that neither the new nor the old wait for each other. A turn that only decodes allocates nothing.
/// One thread uses it.
/// </summary>
internal sealed class Batch(IExecutor executor, int vocabulary, int contextLength)
{
    // A finished row is often taken again at once; closing the hole would copy a sequence for nothing.
    private const int TurnsBeforeCompaction = 4;

    private readonly CacheRows _rows = new(executor.Rows);
    private readonly List<Sequence> _sequences = [];
    private readonly int[] _tokens = new int[executor.Rows];
    private readonly int[] _past = new int[executor.Rows];
    private int _turnsWithHole;

    /// <summary>Sequences at work; may be read from any thread.</summary>
    public int Count => _sequences.Count;

    public Sequence this[int index] => _sequences[index];

    /// <summary>The sequence that works on a request, which must be at work.</summary>
    public Sequence Of(Generation generation) => _sequences.Find(one => one.Generation == generation)!;

    public bool HasRoom => _rows.AnyFree;

    /// <summary>Used share of the cache, 0 to 1.</summary>
    public double CacheUsage => _rows.TokensInUse / ((double)executor.Rows * contextLength);

    /// <summary>Takes a sequence in; there must be room.</summary>
    public void Enter(Sequence sequence)
    {
        _rows.Place(sequence);
        _sequences.Add(sequence);
    }

    /// <summary>Lets a sequence go; what it computed stays for others unless it is not to be trusted.</summary>
    public void Leave(Sequence sequence, bool failed)
    {
        _sequences.Remove(sequence);
        if (failed) _rows.Discard(sequence);
        else _rows.Release(sequence);
    }

    /// <summary>Runs one turn.</summary>
    /// <param name="failed">Told of each sequence that cannot go on and why.</param>
    public void Turn(Action<Sequence, Exception> failed)
    {
        ReadPrompt(failed);
        DecodeOne(failed);
    }

    // The one that waits for longest. What others have computed meanwhile of its prompt is copied, perhaps all but the last token.
    private void ReadPrompt(Action<Sequence, Exception> failed)
    {
        Sequence? reading = null;
        foreach (Sequence one in _sequences)
        {
            if (one.Finish is not null || one.Decodes) continue;
            if (!one.Started && _rows.Borrow(one) is { } copy && !TryCopy(copy, one, failed)) return;
            if (one.Decodes) continue;
            reading = one;
            break;
        }
        if (reading is null) return;
        try
        {
            Step step = reading.Plan(reading.Scores ? executor.MaxScored : executor.MaxChunk);
            ReadOnlySpan<int> inputs = reading.Inputs(step);
            reading.Accept(step, reading.Scores ? executor.Score(reading.Row, inputs, step.First) : executor.Prefill(reading.Row, inputs, step.First));
        }
        catch (Exception e)
        {
            failed(reading, e);
        }
    }

    private void DecodeOne(Action<Sequence, Exception> failed)
    {
        Compact(failed);
        int rows = _rows.DecodingRows;
        if (rows == 0) return;
        for (int i = 0; i < rows; i++)
        {
            // A row that does not decode runs along at the position behind its tokens, which its next owner writes anew.
            CacheRow row = _rows.All[i];
            bool decodes = row.Owner is { Decodes: true };
            _tokens[i] = decodes ? row.Owner!.Tokens[^1] : 0;
            _past[i] = decodes ? row.Owner!.Cached : Math.Min(row.Tokens.Length, contextLength - 1);
        }
        ReadOnlySpan<float> logits;
        try
        {
            logits = executor.Decode(_tokens.AsSpan(0, rows), _past.AsSpan(0, rows));
        }
        catch (Exception e)
        {
            foreach (Sequence lost in _sequences.FindAll(one => one.Decodes)) failed(lost, e);
            return;
        }
        for (int i = 0; i < rows; i++)
        {
            if (_rows.All[i].Owner is not { Decodes: true, Finish: null } owner) continue;
            try
            {
                owner.Accept(owner.Plan(1), logits.Slice(i * vocabulary, vocabulary));
            }
            catch (Exception e)
            {
                failed(owner, e);
            }
        }
    }

    private void Compact(Action<Sequence, Exception> failed)
    {
        int decoding = 0;
        foreach (Sequence one in _sequences) decoding += one.Decodes ? 1 : 0;
        if (_rows.DecodingRows <= decoding) _turnsWithHole = 0;
        else if (++_turnsWithHole >= TurnsBeforeCompaction && _rows.Compact() is { } copy) TryCopy(copy, _rows.All[copy.To].Owner!, failed);
    }

    private bool TryCopy(RowCopy copy, Sequence sequence, Action<Sequence, Exception> failed)
    {
        try
        {
            executor.Copy(copy.From, copy.To, copy.Length);
            return true;
        }
        catch (Exception e)
        {
            failed(sequence, e);
            return false;
        }
    }
}
