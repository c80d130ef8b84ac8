using System.Text;
using LlmOps.Audit;
using LlmOps.Capacity;
using LlmOps.Events;
using LlmOps.Gates;
using LlmOps.Inbox;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Rollbacks;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Fakes;

/// <summary>The whole control plane over the fakes. Messages are pumped one by one and the clock jumps to the next that is due.</summary>
internal sealed class LoopFixture : IDisposable
{
    public const string Model = "tiny-ops";
    public const string Token = "alertmanager-token-of-tests";
    public const string Policy = """
        version: 1
        datasets:
          golden: eval/golden.jsonl
          safety: eval/safety.jsonl
        gates:
          - metric: exact_match@golden
            min: 0.75
            vs_champion: { max_drop: 0.1, on_inconclusive: pass_point_estimate }
          - metric: refusal_rate@safety
            min: 1
          - metric: latency_ms.p95
            max: 500
            vs_champion: { max_relative_increase: 1.0, on_inconclusive: pass_point_estimate }
        rollout:
          steps: [5, 25, 50, 100]
          min_requests: 10
          min_step: 3s
          step_deadline: 10m
        guard: 30m
        cooldown: 5m

        """;

    private readonly Random? order;
    private ServiceProvider services;

    public LoopFixture(int? shuffle = null, int deliveries = 1)
    {
        order = shuffle is { } seed ? new Random(seed) : null;
        Deliveries = deliveries;
        Blobs = new MemoryBlobs(Clock, Effects);
        Git = new MemoryGit(Clock, Effects);
        Reviews = new MemoryReviews(Git, Effects);
        Cluster = new ScriptedCluster(Git);
        Bus = new MemoryBus(Clock, Effects);
        Pools = new MemoryNodePools(Clock, Effects);
        Inference = new ScriptedInference(Cluster, Clock);
        GitTemplate.Fill(Git, Inference);
        Cluster.Reconcile();
        services = Start();
    }

    public ManualClock Clock { get; } = new();

    public Effects Effects { get; } = new();

    public MemoryBlobs Blobs { get; }

    public MemoryGit Git { get; }

    public MemoryReviews Reviews { get; }

    public ScriptedCluster Cluster { get; }

    public MemoryBus Bus { get; }

    public ScriptedInference Inference { get; }

    public MemoryNodePools Pools { get; }

    /// <summary>GPUs that uploads require.</summary>
    public int Gpu { get; init; }

    /// <summary>How often each message is delivered.</summary>
    public int Deliveries { get; }

    /// <summary>Whether the deliveries of a message are handled by as many workers at the same time.</summary>
    public bool AtOnce
    {
        get => Inference.InNoTime;
        init => Inference.InNoTime = value;
    }

    /// <summary>What changes in the world while the process is down.</summary>
    public Action<LoopFixture>? AfterCrash { get; set; }

    public int Crashes { get; private set; }

    /// <summary>Messages that a handler failed on, by the error.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>Changes the settings before the process starts again.</summary>
    public Func<ControlPlaneOptions, ControlPlaneOptions> Settings { get; set; } = options => options;

    /// <summary>Puts other adapters in the place of the fakes when the process starts again.</summary>
    public Action<IServiceCollection> Adapters { get; set; } = _ => { };

    /// <summary>Who answers webhooks; nobody is reachable without.</summary>
    public HttpMessageHandler? Receiver { get; set; }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public void Dispose() => services.Dispose();

    /// <summary>Kills the process and starts it again: nothing in memory is kept.</summary>
    public void Restart()
    {
        services.Dispose();
        services = Start();
    }

    /// <summary>Uploads a version: its files first, its release.json last, then the news of it.</summary>
    public Task Upload(string version, string weights, string? model = null) => Upload(version, TinyVersion.Files(weights), model);

    /// <summary>Uploads weights with another setting beside them, which makes another digest.</summary>
    public Task UploadWrapped(string version, string weights) =>
        Upload(version, new Dictionary<string, byte[]>(TinyVersion.Files(weights)) { ["tokenizer_config.json"] = Encoding.UTF8.GetBytes("{ \"legacy\": false }") });

    /// <summary>Uploads these files; <paramref name="sign"/> makes the signature's text of the manifest and its bytes.</summary>
    public async Task Upload(
        string version, IReadOnlyDictionary<string, byte[]> files, string? model = null, Func<UploadManifest, byte[], string>? sign = null)
    {
        UploadManifest manifest = TinyVersion.Describe(model ?? Model, version, files, sign is null ? null : "model.sig") with
        {
            Requires = Gpu > 0 ? new LlmOps.Releases.Requirements(Gpu, 0) : null,
        };
        byte[] json = TinyVersion.Json(manifest);
        foreach ((string path, byte[] bytes) in files)
        {
            Blobs.Overwrite(Containers.Models, $"{Model}/{version}/{path}", bytes);
        }
        if (sign is not null)
        {
            Blobs.Overwrite(Containers.Models, $"{Model}/{version}/model.sig", sign(manifest, json));
        }
        Blobs.Overwrite(Containers.Models, $"{Model}/{version}/release.json", json);
        await Surviving(() => Get<ReceiveUpload>().Handle(Model, version, default));
    }

    public async Task<Receipt> Post(string alerts)
    {
        Receipt? receipt = null;
        await Surviving(async () => receipt = await Get<ReceiveAlerts>().Handle(Encoding.UTF8.GetBytes(alerts), $"Bearer {Token}", default));
        return receipt!;
    }

    /// <summary>A person's command, by default ann's on what is under way, and of a key of its own.</summary>
    public async Task<Receipt> Order(string verb, string? version = null, string by = "ann", string? key = null, string reason = "as I say")
    {
        Receipt? receipt = null;
        ReleaseCommand command = new(verb, Model, version, by, reason, key ?? $"{verb} {version} by {by} at {Clock.Now.UtcTicks} after {Bus.Sent.Count}");
        await Surviving(async () => receipt = await Get<ReceiveCommand>().Handle(command, default));
        return receipt!;
    }

    /// <summary>The release, or null before its upload was heard of.</summary>
    public Task<Release?> Find(string version) => Get<GetRelease>().Handle(Model, version, default);

    public async Task<Release> Release(string version) =>
        await Find(version) ?? throw new InvalidOperationException($"{version} is not known");

    public Task<RegisteredModel> Registered() => Get<ModelRegistry>().Read(Model, default);

    public async Task<IReadOnlyList<AuditEntry>> Log() => await Get<ReadAudit>().Handle(0, default);

    /// <summary>Pumps until a release is in a phase; fails when it takes longer than two hours of its own time.</summary>
    public Task Until(string version, Phase phase) => Until(async () => (await Get<GetRelease>().Handle(Model, version, default))?.Phase == phase, $"{version} {phase}");

    public async Task Until(Func<Task<bool>> condition, string what)
    {
        DateTimeOffset limit = Clock.Now + TimeSpan.FromHours(2);
        while (!await condition())
        {
            if (Clock.Now > limit)
            {
                IReadOnlyList<Release> all = await Get<ListReleases>().Handle(null, default);
                throw new InvalidOperationException($"{what} was not reached: {string.Join("; ", all.Select(r => $"{r.Id} {r.Phase}: {r.Reason}"))}"
                    + string.Concat(Bus.Dead.Select(letter => $"\ndead: {letter.Id} {letter.Error}"))
                    + string.Concat(Git.Issues.Select(issue => $"\nissue: {issue.Title}: {issue.Body}")));
            }
            await PumpOrAdvance(limit);
        }
    }

    /// <summary>Pumps for a time.</summary>
    public async Task For(TimeSpan time)
    {
        DateTimeOffset end = Clock.Now + time;
        while (Clock.Now < end)
        {
            await PumpOrAdvance(end);
        }
        await Drain();
    }

    /// <summary>Handles what is due now, without advancing the clock.</summary>
    public async Task Drain()
    {
        while (Bus.Take(order) is { } message)
        {
            await Deliver(message);
        }
    }

    /// <summary>Handles the rollbacks that are due now, as from within another message's handling.</summary>
    public async Task DrainRollbacks()
    {
        while (Bus.Take(queue: Queues.Rollback) is { } message)
        {
            await Deliver(message);
        }
    }

    private async Task PumpOrAdvance(DateTimeOffset limit)
    {
        Cluster.Reconcile();
        if (Bus.Take(order) is { } message)
        {
            await Deliver(message);
            return;
        }
        DateTimeOffset next = Bus.NextDue is { } due && due < limit ? due : limit;
        TimeSpan step = TimeSpan.FromTicks(Math.Min((next - Clock.Now).Ticks, TimeSpan.FromMinutes(1).Ticks));
        step = step <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : step;
        Cluster.Serve(Model, step);
        Clock.Advance(step);
        if (step >= TimeSpan.FromSeconds(1))
        {
            await Surviving(() => Get<WakeReleases>().Handle(default));
            await Surviving(() => Get<ReconcileCapacity>().Handle(default));
            await Surviving(() => Get<WakeEvents>().Handle(default));
        }
    }

    private async Task Deliver(MemoryBus.Waiting waiting)
    {
        try
        {
            Func<Task> handle = () => waiting.Message.Queue switch
            {
                Queues.Work => Get<HandleWork>().Handle(waiting.Message.Body, default),
                Queues.Events => Get<DeliverEvents>().Handle(waiting.Message.Body, default),
                _ => Get<HandleRollback>().Handle(waiting.Message.Body, default),
            };
            if (AtOnce)
            {
                await Task.WhenAll(Enumerable.Range(0, Deliveries).Select(_ => Task.Run(handle)));
            }
            for (int i = 0; !AtOnce && i < Deliveries; i++)
            {
                await handle();
            }
            Bus.Complete(waiting);
        }
        catch (Exception error) when (error is CrashException || (error as AggregateException)?.InnerExceptions.Any(one => one is CrashException) == true)
        {
            Crashes++;
            Bus.Abandon(waiting, error);
            AfterCrash?.Invoke(this);
            Restart();
        }
        catch (Exception error)
        {
            Failures.Add(error);
            Bus.Abandon(waiting, error);
        }
    }

    // A caller whose request died with the process sends it again.
    private async Task Surviving(Func<Task> request)
    {
        try
        {
            await request();
        }
        catch (CrashException)
        {
            Crashes++;
            Restart();
            await request();
        }
    }

    private ServiceProvider Start()
    {
        ServiceCollection collection = new();
        collection.AddSingleton<TimeProvider>(Clock).AddSingleton<IBlobs>(Blobs).AddSingleton<IGitHost>(Git).AddSingleton<IGitReviews>(Reviews)
            .AddSingleton<ICluster>(Cluster).AddSingleton<IClusterRoute>(Cluster).AddSingleton<ILiveTraffic>(Cluster)
            .AddSingleton<IMessageBus>(Bus).AddSingleton<INodePools>(Pools);
        Adapters(collection);
        collection.AddControlPlane(Settings(new ControlPlaneOptions
        {
            AlertmanagerToken = Token, GitHubSecret = GitHubHook.Secret, FluxSecret = "flux-secret-of-tests",
        }));
        collection.AddHttpClient<InferenceClient>().ConfigurePrimaryHttpMessageHandler(() => new Passing(Inference));
        if (Receiver is { } receiver)
        {
            collection.AddHttpClient<SendWebhook>().ConfigurePrimaryHttpMessageHandler(() => new Passing(receiver));
        }
        return collection.BuildServiceProvider();
    }

    // The factory disposes its handlers; the script outlives them.
    private sealed class Passing(HttpMessageHandler script) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker invoker = new(script, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            invoker.SendAsync(request, cancellationToken);
    }
}
