using System.Security.Cryptography;
using System.Text;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>The grammars that requests have asked for, with what was found out about them; the latest used are kept.</summary>
/// <param name="texts">Reads the bytes that each token of the vocabulary stands for; empty for one without text.</param>
/// <param name="mostBytes">About the most memory that the kept ones may take; the latest is kept in any case.</param>
internal sealed class KnownGrammars(Func<IReadOnlyList<ReadOnlyMemory<byte>>> texts, long mostBytes = KnownGrammars.MostBytes)
{
    /// <summary>Most grammars that are kept.</summary>
    public const int Most = 16;

    /// <summary>About the most memory that the kept ones take, but for what answers under way still add.</summary>
    public const long MostBytes = 4L * TokenGrammar.MostBytes;

    private readonly Lazy<TokenTrie> _trie = new(() => new TokenTrie(texts()));
    private readonly Lock _lock = new();
    private readonly LinkedList<(string Key, TextRule Rule, TokenGrammar Grammar)> _latestFirst = [];

    /// <summary>About the memory that the kept ones take.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _latestFirst.Sum(one => one.Grammar.Bytes);
        }
    }

    /// <summary>A grammar that was kept, or a new one.</summary>
    /// <param name="key">What the grammar is made of, all of it.</param>
    /// <param name="make">Makes it.</param>
    /// <exception cref="SchemaException">It cannot be made.</exception>
    public TextRule Find(string key, Func<Grammar> make)
    {
        // Not the text itself, which may be long.
        key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        lock (_lock)
        {
            for (LinkedListNode<(string Key, TextRule Rule, TokenGrammar Grammar)>? one = _latestFirst.First; one is not null; one = one.Next)
            {
                if (one.Value.Key != key) continue;
                _latestFirst.Remove(one);
                _latestFirst.AddFirst(one);
                Trim();
                return one.Value.Rule;
            }
        }
        // Not under the lock: a large one takes its time. Made twice at once, either will do.
        TokenGrammar grammar = new(make(), _trie.Value);
        TextRule made = new(key, () => new TokenConstraint(grammar));
        lock (_lock)
        {
            _latestFirst.AddFirst((key, made, grammar));
            Trim();
        }
        return made;
    }

    // Grammars grow while answers are held to them, so that those that were kept are looked at again.
    private void Trim()
    {
        while (_latestFirst.Count > Most || (_latestFirst.Count > 1 && _latestFirst.Sum(one => one.Grammar.Bytes) > mostBytes)) _latestFirst.RemoveLast();
    }

    /// <summary>Lets go of all of them, as once the version is out of service.</summary>
    public void Forget()
    {
        lock (_lock) _latestFirst.Clear();
    }
}
