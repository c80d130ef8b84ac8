using System.ComponentModel.DataAnnotations;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace LlmOps.Manifests;

/// <summary>What a model's gates.yaml says: the gates of a release, its way to the traffic, and the time after.</summary>
public sealed record ModelPolicy
{
    public string Description { get; init; } = "";

    /// <summary>Bumped by people on any change; recorded with each verdict.</summary>
    [Range(1, int.MaxValue)] public int Version { get; init; } = 1;

    /// <summary>The kind of manifests beside it; a name of <see cref="ManifestDialects"/>.</summary>
    public string Dialect { get; init; } = ManifestDialects.Default;

    /// <summary>Whether the control plane commits a rollout's changes, or proposes them as pull requests.</summary>
    public ChangeMode Changes { get; init; } = ChangeMode.Direct;

    /// <summary>Paths of datasets of our own dialect by name, relative to the file; promptfoo's `tests` may stand beside them.</summary>
    [Required] public Dictionary<string, string> Datasets { get; init; } = [];

    [Required, MinLength(1)] public List<GateRule> Gates { get; init; } = [];

    /// <summary>What a metric without a value means: the gate fails, or a person decides.</summary>
    public MissingMetric MissingMetric { get; init; } = MissingMetric.Fail;

    /// <summary>How often each item is asked: most of the answers decide, and items whose answers differ are told as flaky.</summary>
    [Range(1, 20)] public int Repeat { get; init; } = 1;

    /// <summary>Whether answers of the same digest to the same item are kept and not asked again; only where no gate looks at time.</summary>
    public bool Cache { get; init; }

    public RolloutPolicy Rollout { get; init; } = new();

    public ApprovalPolicy Approval { get; init; } = new();

    /// <summary>Times in which nothing is rolled out; rollbacks always are.</summary>
    public List<FreezeWindow> Freeze { get; init; } = [];

    /// <summary>After how many rollbacks the model waits for a person.</summary>
    public FreezeAfter FreezeAfter { get; init; } = new();

    /// <summary>Who must have signed a version.</summary>
    public AdmissionPolicy Admission { get; init; } = new();

    /// <summary>How long after promotion an alert still rolls back.</summary>
    public TimeSpan Guard { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long automatic rollbacks of a model rest after one.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a rollback may be made straight in the cluster while the Git host does not answer.</summary>
    public bool BreakGlass { get; init; }

    /// <summary>How long a slot may take to run a version before a person is needed.</summary>
    public TimeSpan StagingDeadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The GPU nodes of its slots; needed once a version requires GPUs.</summary>
    public CapacityPolicy? Capacity { get; init; }

    /// <summary>Whether a gate needs the log-probabilities of the answers' tokens.</summary>
    [YamlIgnore] public bool NeedsLogprobs => Gates.Any(gate => gate.Name == MetricNames.Perplexity);

    /// <summary>Whether answers must be streamed, to see when they begin.</summary>
    [YamlIgnore] public bool NeedsStreams => Gates.Any(gate => gate.Name.StartsWith(MetricNames.FirstToken, StringComparison.Ordinal));

    /// <summary>Whether the server must be asked for its memory.</summary>
    [YamlIgnore] public bool NeedsMemory => Gates.Any(gate => gate.Name == MetricNames.PeakMemory);

    /// <summary>Whether the file has tests of promptfoo's form, which are asked beside the datasets.</summary>
    [YamlIgnore] public bool HasTests { get; init; }

    /// <summary>Reads a policy; throws <see cref="ManifestException"/> with everything that is wrong in it.</summary>
    public static ModelPolicy Read(string file, string? text)
    {
        if (text is null)
        {
            throw new ManifestException(file, "is missing: a model without gates is not released");
        }
        bool hasTests = YamlText.Optional(new YamlText(file, text).Root(), "tests") is not null;
        IDeserializer deserializer = new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance).WithEnumNamingConvention(UnderscoredNamingConvention.Instance)
            .WithTypeConverter(new DurationConverter()).WithDuplicateKeyChecking().Build();
        ModelPolicy policy;
        try
        {
            SkippingParser own = new(new Parser(new StringReader(text)), key => PromptfooKeys.Read.Contains(key) || PromptfooKeys.Ignored.Contains(key));
            policy = (deserializer.Deserialize<ModelPolicy>(own) ?? throw new ManifestException(file, "is empty")) with { HasTests = hasTests };
        }
        catch (YamlException error)
        {
            throw new ManifestException(file, $"line {error.Start.Line}: {(error.InnerException ?? error).Message}");
        }
        List<string> problems = [.. policy.Problems()];
        return problems.Count == 0 ? policy : throw new ManifestException(file, string.Join("; ", problems));
    }

    private IEnumerable<string> Problems()
    {
        if (Gates is null || Datasets is null || Rollout is not { IsWhole: true } || Admission is null || Approval is null || FreezeAfter is null
            || Freeze is null || Freeze.Contains(null!) || Gates.Any(gate => gate is not { Metric: not null }))
        {
            return ["a key without a value: datasets, gates, metric, metrics, rollout, steps, admission, approval and freeze need one, or leave the optional ones out"];
        }
        if (Datasets.Count == 0 && !HasTests)
        {
            return ["it asks nothing: give tests or datasets"];
        }
        List<ValidationResult> results = [];
        IEnumerable<object> limits = Gates.Select(gate => gate.VsChampion).OfType<ChampionLimit>();
        foreach (object part in new object?[] { this, Rollout, Rollout.Shadow, Approval, FreezeAfter }.OfType<object>().Concat(Gates).Concat(limits))
        {
            Validator.TryValidateObject(part, new ValidationContext(part), results, validateAllProperties: true);
        }
        return results.Select(result => result.ErrorMessage ?? "is not valid")
            .Concat(Datasets.Where(dataset => !dataset.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || !IsSafe(dataset.Value))
                .Select(dataset => $"dataset '{dataset.Key}': '{dataset.Value}' must be a name of letters and digits and a path below the file"))
            .Concat(Gates.Where(gate => !HasTests && gate.Dataset is { } dataset && !Datasets.ContainsKey(dataset))
                .Select(gate => $"gate {gate.Metric} names dataset '{gate.Dataset}', which 'datasets' does not define"))
            .Concat(Cache && Gates.FirstOrDefault(gate => MetricNames.IsTime(gate.Name)) is { } timed
                ? [$"cache: true and gate {timed.Metric} exclude each other: an answer from the cache takes no time"] : [])
            .Concat(Rollout.Problems()).Concat(Approval.Problems()).Concat(Freeze.SelectMany(window => window.Problems())).Concat(Admission.Problems())
            .Concat(Capacity?.Problems() ?? [])
            .Concat(Enum.IsDefined(Changes) ? [] : ["changes is direct or pull_request"])
            .Concat(new[]
            {
                ManifestDialects.Problem(Dialect), Rollout.Shadow is null ? null : ManifestDialects.MirrorProblem(Dialect),
                Rollout.Shadow is null && Approval.Before?.Contains(ApprovalStage.Users) == true ? "approval.before: users is what comes after rollout.shadow, which is not there; progressing is the first traffic" : null,
            }.OfType<string>());
    }

    internal static bool IsSafe(string? path) =>
        path is { Length: > 0 and <= 256 } && !path.Any(char.IsControl) && path.Split('/', '\\').All(part => part is not ("" or "." or ".."));
}
