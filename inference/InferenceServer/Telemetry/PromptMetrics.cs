namespace LlmOps.Inference.Telemetry;

/// <summary>What is counted of prompts: how long they are, how much of them the cache held.</summary>
internal sealed class PromptMetrics
{
    private const string Computed = "local_compute";
    private const string Found = "local_cache_hit";

    private readonly Counter _tokens = new("vllm:prompt_tokens_total", "Prompt tokens processed.");
    private readonly Counter _cached = new("vllm:prompt_tokens_cached_total", "Prompt tokens processed that were in the cache.");
    private readonly LabelledCounter _bySource = new("vllm:prompt_tokens_by_source_total", "Prompt tokens processed, by where they came from.", "source");
    private readonly Counter _queries = new("vllm:prefix_cache_queries_total", "Prompt tokens looked for in the cache.");
    private readonly Counter _hits = new("vllm:prefix_cache_hits_total", "Prompt tokens found in the cache.");
    private readonly Histogram _lengths = new("vllm:request_prompt_tokens", "Prompt tokens of a request.", Buckets.Tokens);
    private readonly Histogram _computed = new("vllm:request_prefill_kv_computed_tokens", "Prompt tokens of a request that were not in the cache.", Buckets.Tokens);

    public PromptMetrics()
    {
        _bySource.Add(0, Computed);
        _bySource.Add(0, Found);
    }

    public IEnumerable<MetricFamily> Families => [_tokens, _cached, _bySource, _queries, _hits, _lengths, _computed];

    /// <summary>Records the prompt of a request that has ended, worked on or not.</summary>
    public void Asked(int tokens) => _lengths.Observe(tokens);

    /// <summary>Records texts that were worked on where there is no cache to look in.</summary>
    public void ReadUncached(int tokens)
    {
        _tokens.Add(tokens);
        _bySource.Add(tokens, Computed);
        _computed.Observe(tokens);
    }

    /// <summary>Records a prompt that was worked on.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="processed">Those of them that the cache holds now; fewer than all where the client left early.</param>
    /// <param name="reused">Those of them that the cache held before.</param>
    public void Read(int tokens, int processed, int reused)
    {
        _tokens.Add(processed);
        _queries.Add(tokens);
        _hits.Add(reused);
        _cached.Add(reused);
        _bySource.Add(processed - reused, Computed);
        _bySource.Add(reused, Found);
        _computed.Observe(processed - reused);
    }
}
