using LlmOps.Inference.Endpoints.Keys;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Cache;

/// <summary>
/// Keeps the answers to requests that are to have the same answer again, the latest used within a bound of memory. Only what was sent
/// whole is kept.
/// </summary>
/// <param name="mostBytes">About the memory that the answers may take; 0 keeps none.</param>
internal sealed class ResponseCache(long mostBytes)
{
    /// <summary>Most answers that are kept.</summary>
    public const int Most = 100_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string Hash, KeptAnswers Answers)> _latestFirst = [];
    private readonly Dictionary<string, LinkedListNode<(string Hash, KeptAnswers Answers)>> _byHash = [];
    private long _bytes;

    /// <summary>About the memory that the answers take.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>About the memory that they may still come to take.</summary>
    public long FreeBytes => Math.Max(0, mostBytes - Bytes);

    /// <summary>Where the answer to a request may be kept, or null where it may not.</summary>
    public CachePlace? PlaceOf(ParsedRequest request, ServedVersion version, ApiKey? key) =>
        mostBytes > 0 && request.Shared.Deterministic ? new CachePlace(AnswerHash.Of(request, version.Model, key), version.Metrics) : null;

    /// <summary>The answers that were kept, if any.</summary>
    public KeptAnswers? Find(CachePlace place)
    {
        place.Metrics.CacheQueries.Add(1);
        lock (_lock)
        {
            if (!_byHash.TryGetValue(place.Hash, out LinkedListNode<(string Hash, KeptAnswers Answers)>? found)) return null;
            _latestFirst.Remove(found);
            _latestFirst.AddFirst(found);
            place.Metrics.CacheHits.Add(1);
            return found.Value.Answers;
        }
    }

    /// <summary>Keeps the answers to a request if all of them are whole.</summary>
    /// <param name="place">Where.</param>
    /// <param name="generations">The answer for each choice, ended.</param>
    /// <param name="tokens">Its tokens, in the same order.</param>
    public void Keep(CachePlace place, IReadOnlyList<Generation> generations, IReadOnlyList<IReadOnlyList<GeneratedToken>> tokens)
    {
        if (!generations.All(one => one.Finish is FinishReason.Stop or FinishReason.Length)) return;
        KeptAnswers answers = new(generations, tokens);
        if (answers.Bytes > mostBytes) return;
        lock (_lock)
        {
            // Of two that were asked at a time, the first to end stays.
            if (_byHash.ContainsKey(place.Hash)) return;
            _byHash[place.Hash] = _latestFirst.AddFirst((place.Hash, answers));
            _bytes += answers.Bytes;
            while (_bytes > mostBytes || _byHash.Count > Most) EvictLast(place);
        }
    }

    private void EvictLast(CachePlace place)
    {
        (string hash, KeptAnswers answers) = _latestFirst.Last!.Value;
        _latestFirst.RemoveLast();
        _byHash.Remove(hash);
        _bytes -= answers.Bytes;
        place.Metrics.CacheEvictions.Add(1);
    }
}
