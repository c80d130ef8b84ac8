using System.Diagnostics;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>What the server counts, under vLLM's names; each series says which model, version and slot it speaks of.</summary>
internal sealed class ServerMetrics
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] FinishReasons = ["stop", "length", "abort", "error"];
    private static readonly string[] InferenceEndpoints = ["chat_completions", "completions", "embeddings"];

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
        Prompts = new PromptMetrics();
        Times = new TimeMetrics();
        GenerationTokens = Add(new Counter("vllm:generation_tokens_total", "Tokens generated."));
        TokensOfTurn = Add(new Histogram("vllm:iteration_tokens_total", "Tokens that one turn of the engine ran through the model.", Buckets.Tokens));
        Finished = Add(new LabelledCounter("vllm:request_success_total", "Requests that the engine finished, by reason.", "finished_reason"));
        Answered = Add(new LabelledCounter("llmops_requests_total", "Inference requests answered, by HTTP status code.", "code", "endpoint"));
        CacheQueries = Add(new Counter("llmops_response_cache_queries_total", "Requests looked for in the response cache."));
        CacheHits = Add(new Counter("llmops_response_cache_hits_total", "Requests answered from the response cache; no other count of the model's work has them."));
        CacheEvictions = Add(new Counter("llmops_response_cache_evictions_total", "Answers that made room for others in the response cache."));
        RequestGenerationTokens = Add(new Histogram("vllm:request_generation_tokens", "Tokens generated for a request.", Buckets.Tokens));
        LongestGeneration = Add(new Histogram("vllm:request_max_num_generation_tokens", "Tokens of the longest answer to a request.", Buckets.Tokens));
        AskedAnswers = Add(new Histogram("vllm:request_params_n", "Answers that a request asks for.", Buckets.Answers));
        AskedTokens = Add(new Histogram("vllm:request_params_max_tokens", "Most tokens that a request allows an answer.", Buckets.Tokens));
        _families.AddRange([.. Prompts.Families, .. Times.Families, .. GenAi.Families, .. Http.Families]);
        Add(new Gauge("vllm:num_requests_running", "Requests being worked on.", () => Engines.Sum(engine => engine.Running())));
        Add(new Gauge("vllm:num_requests_waiting", "Requests waiting in the queue.", Waiting));
        Add(new Gauge("vllm:num_requests_waiting_by_reason", "Requests waiting in the queue; all wait for a row.", Waiting) { OwnLabels = () => ",reason=\"capacity\"" });
        Add(new Gauge("vllm:kv_cache_usage_perc", "Used share of the key-value cache, 1 is full.", () => Engines.Select(engine => engine.CacheUsage()).DefaultIfEmpty().Max()));
        Add(new Gauge("vllm:cache_config_info", "The cache: a block is a row, which holds one whole context.", () => Cache is null ? null : 1) { OwnLabels = () => Cache?.Labels ?? "" });
        Add(new Gauge("process_resident_memory_bytes", "Resident memory of the process.", () => Environment.WorkingSet) { OfProcess = true });
        Add(new Gauge("llmops_process_peak_memory_bytes", "The most resident memory that the process has had.", PeakMemory) { OfProcess = true });
        Add(new Gauge("llmops_response_cache_bytes", "Memory that the answers in the response cache take.", () => CacheBytes()) { OfProcess = true });

        foreach (string reason in FinishReasons) Finished.Add(0, reason);
        foreach (string endpoint in InferenceEndpoints)
        {
            foreach (string code in new[] { "200", "400", "500", "503" }) Answered.Add(0, code, endpoint);
        }
    }

    public string Model { get; }
    public string Version { get; }
    public PromptMetrics Prompts { get; }
    public TimeMetrics Times { get; }
    public GenAiMetrics GenAi { get; } = new();
    public HttpMetrics Http { get; } = new();
    public Counter GenerationTokens { get; }
    public Histogram TokensOfTurn { get; }
    public Counter CacheQueries { get; }
    public Counter CacheHits { get; }
    public Counter CacheEvictions { get; }

    /// <summary>Reads what the response cache of the process takes.</summary>
    public Func<double> CacheBytes { get; set; } = () => 0;

    public LabelledCounter Finished { get; }
    public LabelledCounter Answered { get; }
    public Histogram RequestGenerationTokens { get; }
    public Histogram LongestGeneration { get; }
    public Histogram AskedAnswers { get; }
    public Histogram AskedTokens { get; }

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

    private CacheSize? Cache => Engines.Select(engine => engine.Cache()).FirstOrDefault(size => size is not null);

    private double? Waiting() => Engines.Sum(engine => engine.Waiting());

    private EngineGauges[] Engines => Volatile.Read(ref _engines);

    private void Change(Func<EngineGauges[], EngineGauges[]> change)
    {
        for (EngineGauges[] seen = Engines, found; ; seen = found)
        {
            found = Interlocked.CompareExchange(ref _engines, change(seen), seen);
            if (found == seen) return;
        }
    }

    private static double? PeakMemory()
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
