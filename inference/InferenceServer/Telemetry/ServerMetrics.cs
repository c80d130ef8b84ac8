using System.Diagnostics;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>What the server counts, under vLLM's names; each series says which model, version and slot it speaks of.</summary>
internal sealed class ServerMetrics
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Finer than vLLM's at the low end: a small model answers within milliseconds.
    private static readonly double[] Seconds =
        [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 40, 80];

    private static readonly double[] Tokens = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

    private static readonly string[] FinishReasons = ["stop", "length", "abort", "error"];
    private static readonly string[] InferenceEndpoints = ["chat_completions", "completions"];

    private readonly List<MetricFamily> _families = [];
    private readonly string _labels;
    private EngineGauges[] _engines = [];

    /// <summary>Metrics of one served version.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Version of the model.</param>
    /// <param name="slot">Slot that this process fills.</param>
    public ServerMetrics(string model, string version, string slot)
    {
        (Model, Version) = (model, version);
        _labels = string.Join(',', Labels.Pair("model_name", model), Labels.Pair("version", version), Labels.Pair("slot", slot));
        PromptTokens = Add(new Counter("vllm:prompt_tokens_total", "Prompt tokens processed."));
        GenerationTokens = Add(new Counter("vllm:generation_tokens_total", "Tokens generated."));
        PrefixQueries = Add(new Counter("vllm:prefix_cache_queries_total", "Prompt tokens looked for in the cache."));
        PrefixHits = Add(new Counter("vllm:prefix_cache_hits_total", "Prompt tokens found in the cache."));
        Finished = Add(new Counter("vllm:request_success_total", "Requests that the engine finished, by reason.", "finished_reason"));
        Answered = Add(new Counter("llmops_requests_total", "Inference requests answered, by HTTP status code.", "code", "endpoint"));
        CacheQueries = Add(new Counter("llmops_response_cache_queries_total", "Requests looked for in the response cache."));
        CacheHits = Add(new Counter("llmops_response_cache_hits_total", "Requests answered from the response cache; they count as no others."));
        CacheEvictions = Add(new Counter("llmops_response_cache_evictions_total", "Answers that made room for others in the response cache."));
        TimeToFirstToken = Add(new Histogram("vllm:time_to_first_token_seconds", "From arrival to the first token.", Seconds));
        InterTokenLatency = Add(new Histogram(
            "vllm:inter_token_latency_seconds", "From one token to the next.", [0.0001, 0.00025, 0.0005, .. Seconds]));
        TimePerOutputToken = Add(new Histogram(
            "vllm:request_time_per_output_token_seconds", "From the first token of a request to its last, by token after the first.", [0.0001, 0.00025, 0.0005, .. Seconds]));
        RequestLatency = Add(new Histogram("vllm:e2e_request_latency_seconds", "From arrival to the last token.", Seconds));
        QueueTime = Add(new Histogram("vllm:request_queue_time_seconds", "From arrival to the start of work.", Seconds));
        RequestPromptTokens = Add(new Histogram("vllm:request_prompt_tokens", "Prompt tokens of a request.", Tokens));
        RequestGenerationTokens = Add(new Histogram("vllm:request_generation_tokens", "Tokens generated for a request.", Tokens));
        Add(new Gauge("process_resident_memory_bytes", "Resident memory of the process.", () => Environment.WorkingSet) { OfProcess = true });
        Add(new Gauge("llmops_process_peak_memory_bytes", "The most resident memory that the process has had.", PeakMemory) { OfProcess = true });
        Add(new Gauge("llmops_response_cache_bytes", "Memory that the answers in the response cache take.", () => CacheBytes()) { OfProcess = true });
        Add(new Gauge("vllm:num_requests_running", "Requests being worked on.", () => Engines.Sum(engine => engine.Running())));
        Add(new Gauge("vllm:num_requests_waiting", "Requests waiting in the queue.", () => Engines.Sum(engine => engine.Waiting())));
        Add(new Gauge("vllm:kv_cache_usage_perc", "Used share of the key-value cache, 1 is full.", () => Engines.Select(engine => engine.CacheUsage()).DefaultIfEmpty().Max()));

        PromptTokens.Add(0);
        GenerationTokens.Add(0);
        PrefixQueries.Add(0);
        PrefixHits.Add(0);
        foreach (Counter counter in new[] { CacheQueries, CacheHits, CacheEvictions }) counter.Add(0);
        foreach (string reason in FinishReasons) Finished.Add(0, reason);
        foreach (string endpoint in InferenceEndpoints)
        {
            foreach (string code in new[] { "200", "400", "500", "503" }) Answered.Add(0, code, endpoint);
        }
    }

    public string Model { get; }
    public string Version { get; }
    public Counter PromptTokens { get; }
    public Counter GenerationTokens { get; }
    public Counter PrefixQueries { get; }
    public Counter PrefixHits { get; }
    public Counter CacheQueries { get; }
    public Counter CacheHits { get; }
    public Counter CacheEvictions { get; }

    /// <summary>Reads what the response cache of the process takes.</summary>
    public Func<double> CacheBytes { get; set; } = () => 0;

    public Counter Finished { get; }
    public Counter Answered { get; }
    public Histogram TimeToFirstToken { get; }
    public Histogram InterTokenLatency { get; }
    public Histogram TimePerOutputToken { get; }
    public Histogram RequestLatency { get; }
    public Histogram QueueTime { get; }
    public Histogram RequestPromptTokens { get; }
    public Histogram RequestGenerationTokens { get; }

    /// <summary>Reads an engine's gauges from now on; several are of one version while it leaves and comes back.</summary>
    public void Watch(EngineGauges engine) => Change(all => [.. all, engine]);

    /// <summary>Forgets an engine that has ended.</summary>
    public void Unwatch(EngineGauges engine) => Change(all => [.. all.Where(other => other != engine)]);

    /// <summary>All series in Prometheus' text format.</summary>
    public string Exposition() => Exposition([this]);

    /// <summary>All series of several versions in Prometheus' text format; the process itself is described with the labels of the first.</summary>
    public static string Exposition(IReadOnlyList<ServerMetrics> versions)
    {
        StringBuilder text = new();
        foreach (var family in versions.SelectMany(version => version._families, (version, family) => (version._labels, family)).GroupBy(one => one.family.Name))
        {
            family.First().family.WriteHead(text);
            foreach ((string labels, MetricFamily series) in family.Take(family.First().family.OfProcess ? 1 : int.MaxValue)) series.WriteSeries(text, labels);
        }
        return text.ToString();
    }

    private EngineGauges[] Engines => Volatile.Read(ref _engines);

    private void Change(Func<EngineGauges[], EngineGauges[]> change)
    {
        for (EngineGauges[] seen = Engines, found; ; seen = found)
        {
            found = Interlocked.CompareExchange(ref _engines, change(seen), seen);
            if (found == seen) return;
        }
    }

    private static double PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private T Add<T>(T family) where T : MetricFamily
    {
        _families.Add(family);
        return family;
    }
}
