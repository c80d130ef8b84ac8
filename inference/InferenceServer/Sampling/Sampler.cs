using System.Numerics.Tensors;

namespace LlmOps.Inference.Sampling;

/// <summary>Draws the tokens of one answer.</summary>
internal sealed class Sampler(SamplingOptions options, IEnumerable<int> prompt)
{
    private readonly SeededChance _chance = new(options.Seed);
    private readonly TokenConstraint? _constraint = options.Constraint?.Invoke();
    private readonly Penalties? _penalties = options.ChangesLogits ? new Penalties(options, prompt) : null;

    /// <summary>Chooses the next token and remembers it.</summary>
    /// <param name="logits">One row, a value for each token of the vocabulary.</param>
    /// <exception cref="InvalidOperationException">The constraint allows none of the tokens.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        int token = _penalties is null && _constraint is null && options.Greedy
            ? TensorPrimitives.IndexOfMax(logits)
            : Choose(logits, Workspace.Of(logits.Length));
        _penalties?.Count(token);
        if (!options.EndTokens.Contains(token)) _constraint?.Take(token);
        return token;
    }

    private int Choose(ReadOnlySpan<float> logits, Workspace space)
    {
        logits.CopyTo(space.Logits);
        _penalties?.Apply(space.Logits);
        if (options.Greedy) return Likeliest(space.Logits);
        return Pick(Keep(space), space);
    }

    // Mostly the likeliest is allowed; the others are looked at only where it is not.
    private int Likeliest(Span<float> logits)
    {
        while (true)
        {
            int token = TensorPrimitives.IndexOfMax(logits);
            if (float.IsNegativeInfinity(logits[token])) throw new InvalidOperationException("no token continues the text as it has to go on");
            if (Allows(token)) return token;
            logits[token] = float.NegativeInfinity;
        }
    }

    /// <summary>Collects the tokens to draw from, with their weights; the likeliest first where that matters.</summary>
    private int Keep(Workspace space)
    {
        ReadOnlySpan<float> logits = space.Logits;
        float max = logits[Likeliest(space.Logits)];
        // Forty temperatures below the likeliest a token's share is below what a double can tell.
        double floor = max - (options.Temperature * (options.MinP > 0 ? Math.Min(40, -Math.Log(options.MinP)) : 40));
        int kept = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            if (logits[token] < floor || !Allows(token)) continue;
            space.Tokens[kept] = token;
            space.Weights[kept++] = Math.Exp((logits[token] - max) / options.Temperature);
        }
        if (options.TopK == 0 && options.TopP == 1) return kept;

        space.Weights.AsSpan(0, kept).Sort(space.Tokens.AsSpan(0, kept), static (a, b) => b.CompareTo(a));
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
        _constraint is null || (options.EndTokens.Contains(token) ? _constraint.MayEnd : _constraint.Allows(token));
}
