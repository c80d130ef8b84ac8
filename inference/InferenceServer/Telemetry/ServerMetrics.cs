using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>What the server counts, under vLLM's names; each series says which model, version and slot it speaks of.</summary>
internal sealed class ServerMetrics
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] FinishReasons = ["stop", "length", "abort", "error"];
    private static readonly string[] InferenceEndpoints = ["chat_completions", "completions"];

    private readonly List<MetricFamily> _families = [];
    private readonly string _labels;
    private string? _cache;

    /// <summary>Metrics of one served version.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Version of the model.</param>
    /// <param name="slot">Slot that this process fills.</param>
    public ServerMetrics(string model, string version, string slot)
    {
        _labels = string.Join(',', Labels.Pair("model_name", model), Labels.Pair("version", version), Labels.Pair("slot", slot));
        Prompts = new PromptMetrics();
        Times = new TimeMetrics();
        GenerationTokens = Add(new Counter("vllm:generation_tokens_total", "Tokens generated."));
        TokensOfTurn = Add(new Histogram("vllm:iteration_tokens_total", "Tokens that one turn of the engine ran through the model.", Buckets.Tokens));
        Finished = Add(new LabelledCounter("vllm:request_success_total", "Requests that the engine finished, by reason.", "finished_reason"));
        Answered = Add(new LabelledCounter("llmops_requests_total", "Inference requests answered, by HTTP status code.", "code", "endpoint"));
        RequestGenerationTokens = Add(new Histogram("vllm:request_generation_tokens", "Tokens generated for a request.", Buckets.Tokens));
        LongestGeneration = Add(new Histogram("vllm:request_max_num_generation_tokens", "Tokens of the longest answer to a request.", Buckets.Tokens));
        AskedAnswers = Add(new Histogram("vllm:request_params_n", "Answers that a request asks for.", Buckets.Answers));
        AskedTokens = Add(new Histogram("vllm:request_params_max_tokens", "Most tokens that a request allows an answer.", Buckets.Tokens));
        _families.AddRange([.. Prompts.Families, .. Times.Families, .. GenAi.Families, .. Http.Families]);
        Add(new Gauge("vllm:cache_config_info", "The cache: a block is a row, which holds one whole context.", () => _cache is null ? null : 1) { OwnLabels = () => _cache! });
        Add(new Gauge("process_resident_memory_bytes", "Resident memory of the process.", () => Environment.WorkingSet));
        Add(new Gauge("llmops_process_peak_memory_bytes", "The most resident memory that the process has had.", PeakMemory));

        foreach (string reason in FinishReasons) Finished.Add(0, reason);
        foreach (string endpoint in InferenceEndpoints)
        {
            foreach (string code in new[] { "200", "400", "500", "503" }) Answered.Add(0, code, endpoint);
        }
    }

    public PromptMetrics Prompts { get; }
    public TimeMetrics Times { get; }
    public GenAiMetrics GenAi { get; } = new();
    public HttpMetrics Http { get; } = new();
    public Counter GenerationTokens { get; }
    public Histogram TokensOfTurn { get; }
    public LabelledCounter Finished { get; }
    public LabelledCounter Answered { get; }
    public Histogram RequestGenerationTokens { get; }
    public Histogram LongestGeneration { get; }
    public Histogram AskedAnswers { get; }
    public Histogram AskedTokens { get; }

    /// <summary>Adds the gauges of the engine.</summary>
    /// <param name="running">Requests being worked on.</param>
    /// <param name="waiting">Requests in the queue.</param>
    /// <param name="cacheUsage">Used share of the key-value cache, 0 to 1.</param>
    public void Watch(Func<double> running, Func<double> waiting, Func<double> cacheUsage)
    {
        Add(new Gauge("vllm:num_requests_running", "Requests being worked on.", () => running()));
        Add(new Gauge("vllm:num_requests_waiting", "Requests waiting in the queue.", () => waiting()));
        Add(new Gauge("vllm:num_requests_waiting_by_reason", "Requests waiting in the queue; all wait for a row.", () => waiting()) { OwnLabels = () => ",reason=\"capacity\"" });
        Add(new Gauge("vllm:kv_cache_usage_perc", "Used share of the key-value cache, 1 is full.", () => cacheUsage()));
    }

    /// <summary>Tells the size of the cache once it is there.</summary>
    /// <param name="rows">Answers that have room at a time.</param>
    /// <param name="contextLength">Tokens that a row holds.</param>
    public void CacheIs(int rows, int contextLength) => _cache = Labels.Of(
        ["block_size", "num_gpu_blocks", "enable_prefix_caching"],
        [contextLength.ToString(CultureInfo.InvariantCulture), rows.ToString(CultureInfo.InvariantCulture), "True"]);

    /// <summary>All series in Prometheus' text format.</summary>
    public string Exposition()
    {
        StringBuilder text = new();
        foreach (MetricFamily family in _families)
        {
            family.WriteHead(text);
            family.WriteSeries(text, _labels);
        }
        return text.ToString();
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
