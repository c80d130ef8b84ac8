using System.Numerics.Tensors;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Sampling;

/// <summary>Draws the tokens of one answer.</summary>
internal sealed class Sampler(SamplingOptions options, IEnumerable<int> prompt)
{
    // Each costs a look at the whole row; finding out about all tokens at once costs as much as many of these, but only once a state.
    private const int TriedAlone = 8;

    // Made once: sorting wraps a mere comparison anew each time.
    private static readonly Comparer<double> Descending = Comparer<double>.Create(static (a, b) => b.CompareTo(a));

    private readonly SeededChance _chance = new(options.Seed);
    private readonly TokenConstraint? _constraint = options.Constraint?.Begin();
    private readonly int[] _endTokens = options.Constraint is null ? [] : [.. options.EndTokens.Order()];
    private readonly float[] _endLogits = options.Constraint is null ? [] : new float[options.EndTokens.Count];
    private readonly Penalties? _penalties = options.ChangesLogits ? new Penalties(options, prompt) : null;

    /// <summary>Whether nothing can follow what was drawn; a model may have no token that says so.</summary>
    public bool Ended => _constraint is { Ended: true };

    /// <summary>Chooses the next token and remembers it.</summary>
    /// <param name="logits">One row, a value for each token of the vocabulary.</param>
    /// <exception cref="SchemaException">The constraint allows none of the tokens, or cannot be kept to.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        int likeliest = _penalties is null && options.Greedy ? TensorPrimitives.IndexOfMax(logits) : -1;
        int token = likeliest >= 0 && Allows(likeliest) ? likeliest : Choose(logits, Workspace.Of(logits.Length));
        _penalties?.Count(token);
        if (_constraint is not null && !_endTokens.Contains(token)) _constraint.Take(token);
        return token;
    }

    private int Choose(ReadOnlySpan<float> logits, Workspace space)
    {
        logits.CopyTo(space.Logits);
        _penalties?.Apply(space.Logits);
        if (options.Greedy) return Likeliest(space.Logits);
        if (_constraint is not null) Restrict(space.Logits, _constraint);
        return Pick(Keep(space), space);
    }

    // Mostly one of the likeliest is allowed.
    private int Likeliest(Span<float> logits)
    {
        for (int tried = 0; _constraint is { KnowsMask: false } && tried < TriedAlone; tried++)
        {
            int token = TensorPrimitives.IndexOfMax(logits);
            if (Allows(token)) return Possible(token, logits);
            logits[token] = float.NegativeInfinity;
        }
        if (_constraint is not null) Restrict(logits, _constraint);
        return Possible(TensorPrimitives.IndexOfMax(logits), logits);
    }

    private int Possible(int token, ReadOnlySpan<float> logits)
    {
        if (!float.IsNegativeInfinity(logits[token])) return token;
        if (_constraint is null) throw new InvalidOperationException("the model makes all tokens impossible");
        throw new SchemaException("no token continues the text as it has to go on");
    }

    // Tokens that end the answer have no text, or one that does not count.
    private void Restrict(Span<float> logits, TokenConstraint constraint)
    {
        // A file may name more of them than the model knows.
        for (int i = 0; i < _endTokens.Length && _endTokens[i] < logits.Length; i++) _endLogits[i] = logits[_endTokens[i]];
        constraint.Mask.Restrict(logits);
        for (int i = 0; i < _endTokens.Length && _endTokens[i] < logits.Length; i++)
        {
            logits[_endTokens[i]] = constraint.MayEnd ? _endLogits[i] : float.NegativeInfinity;
        }
    }

    /// <summary>Collects the tokens to draw from, with their weights; the likeliest first where that matters.</summary>
    private int Keep(Workspace space)
    {
        ReadOnlySpan<float> logits = space.Logits;
        float max = logits[Possible(TensorPrimitives.IndexOfMax(logits), logits)];
        // Forty temperatures below the likeliest a token's share is below what a double can tell.
        double floor = max - (options.Temperature * (options.MinP > 0 ? Math.Min(40, -Math.Log(options.MinP)) : 40));
        int kept = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            if (logits[token] < floor) continue;
            space.Tokens[kept] = token;
            space.Weights[kept++] = Math.Exp((logits[token] - max) / options.Temperature);
        }
        if (options.TopK == 0 && options.TopP == 1) return kept;

        space.Weights.AsSpan(0, kept).Sort(space.Tokens.AsSpan(0, kept), Descending);
        if (options.TopK > 0) kept = Math.Min(kept, options.TopK);
        double wanted = options.TopP * TensorPrimitives.Sum<double>(space.Weights.AsSpan(0, kept));
        double total = 0;
        int enough = 0;
        while (enough < kept && (enough == 0 || total < wanted)) total += space.Weights[enough++];
        return enough;
    }

    private int Pick(int kept, Workspace space)
    {
        ReadOnlySpan<double> weights = space.Weights.AsSpan(0, kept);
        double left = _chance.Next() * TensorPrimitives.Sum(weights);
        for (int i = 0; i < kept; i++)
        {
            left -= weights[i];
            if (left < 0) return space.Tokens[i];
        }
        return space.Tokens[kept - 1];
    }

    private bool Allows(int token) =>
        _constraint is null || (_endTokens.Contains(token) ? _constraint.MayEnd : _constraint.Allows(token));
}
