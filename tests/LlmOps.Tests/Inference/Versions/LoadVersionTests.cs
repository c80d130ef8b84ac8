using LlmOps.Inference;
using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Schemas;
using LlmOps.Inference.Telemetry;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Inference.Versions;

/// <summary>A swap in which something ends: the process, the engine that came, the engine that goes.</summary>
public sealed class LoadVersionTests : IAsyncLifetime
{
    private static readonly EngineOptions Bounds = new(1, Rows: 1, MaxQueue: 5, MaxQueuedTokens: 1000, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    private readonly ServerOptions _options = new() { ModelDir = Samples.Folder("1.0.0"), Slot = "blue" };
    private readonly VersionMetrics _metrics = new();
    private readonly BreakableClock _firstClock = new();
    private readonly BreakableClock _nextClock = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly ServedVersion _first;
    private readonly LiveVersion _live;
    private readonly HostVersions _host;
    private readonly LoadVersion _load;
    private readonly VersionSource _source;
    private readonly ResponseCache _cache = new(1000);

    public LoadVersionTests()
    {
        FetchModel nothing = new(_options.Fetch, _ => throw new NotSupportedException(), new FetchProgress(), TimeProvider.System, NullLogger<FetchModel>.Instance);
        OpenVersion open = new(_options, nothing, TimeProvider.System);
        (ModelFolder folder, var model) = open.From(_options.ModelDir, version: null);
        MakeVersion make = new(Bounds, _metrics, new ResponseCache(0), _firstClock, NullLogger<InferenceEngine>.Instance);
        _first = make.From(folder, model);
        _live = new LiveVersion(model.Name, model.Slot, _metrics);
        _live.Exchange(_first);
        _host = new HostVersions(_live, new OpenFirst(_options, open, make), _lifetime, TimeProvider.System, NullLogger<HostVersions>.Instance);
        _source = new(open, new MakeVersion(Bounds, _metrics, new ResponseCache(0), _nextClock, NullLogger<InferenceEngine>.Instance), _cache, Bounds)
        {
            ReadMemory = () => new AvailableMemory(long.MaxValue, "a test"),
        };
        _load = new LoadVersion(_live, _host, new OneChange(), _source, NullLogger<LoadVersion>.Instance);
    }

    public async Task InitializeAsync()
    {
        await _host.StartAsync(CancellationToken.None);
        await _first.Engine.Loaded;
    }

    public async Task DisposeAsync()
    {
        await _host.StoppingAsync(CancellationToken.None);
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    [Fact]
    public async Task Former_ends_with_the_last_lease_and_the_last_answer()
    {
        using ManualResetEventSlim gate = new();
        using VersionLease lease = _live.Lease()!;
        Assert.Null((await Load("1.1.0")).Error);
        Generation answer = lease.Engine.Submit(Request(gate), CancellationToken.None).Taken!;
        Assert.Equal(("1.0.0", "1.1.0"), (lease.Model.Version, _live.Current!.Model.Version));
        lease.Dispose();
        Assert.Null(_first.TryLease());
        Assert.False(_first.Ended.IsCompleted);
        gate.Set();
        Assert.Equal(3, await Count(answer));
        await _first.Ended;
        await Eventually.True(() => _host.Running.Count == 1);
    }

    [Fact]
    public async Task Swap_during_a_drain_drains_both()
    {
        using ManualResetEventSlim gate = new();
        Generation onFirst = _first.Engine.Submit(Request(gate), CancellationToken.None).Taken!;
        await Load("1.1.0");
        Generation onSecond = _live.Current!.Engine.Submit(Request(gate), CancellationToken.None).Taken!;
        await Load("1.0.0");
        Assert.Equal(3, _host.Running.Count);
        gate.Set();
        Assert.Equal((3, 3), (await Count(onFirst), await Count(onSecond)));
        await Eventually.True(() => _host.Running.Count == 1);
    }

    [Fact]
    public async Task Engine_that_fails_after_the_exchange_ends_the_process()
    {
        Assert.Null((await Load("1.1.0")).Error);
        using ManualResetEventSlim open = new(initialState: true);
        await Assert.ThrowsAnyAsync<Exception>(() => Count(_live.Current!.Engine.Submit(Request(open, () => _nextClock.Broken = true), CancellationToken.None).Taken!));
        await Eventually.True(() => _lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.IsType<NotSupportedException>(_host.Failure);
    }

    [Fact]
    public async Task Engine_that_fails_before_the_exchange_is_noticed_after_it()
    {
        await Load("1.1.0");
        ServedVersion failed = _live.Current!;
        _live.Exchange(_first);
        using ManualResetEventSlim open = new(initialState: true);
        await Assert.ThrowsAnyAsync<Exception>(() => Count(failed.Engine.Submit(Request(open, () => _nextClock.Broken = true), CancellationToken.None).Taken!));
        await Eventually.True(() => failed.Ended.IsFaulted && _host.Running.All(version => version != failed));
        Assert.Null(_host.Failure);
        _live.Exchange(failed);
        _host.Serves(failed);
        Assert.NotNull(_host.Failure);
        _live.Exchange(_first);
    }

    [Fact]
    public async Task Former_that_fails_while_it_drains_takes_nobody_with_it()
    {
        using ManualResetEventSlim gate = new();
        Generation answer = _first.Engine.Submit(Request(gate, () => _firstClock.Broken = true), CancellationToken.None).Taken!;
        await Load("1.1.0");
        gate.Set();
        await Assert.ThrowsAnyAsync<Exception>(() => Count(answer));
        await Eventually.True(() => _host.Running.Count == 1);
        Assert.Null(_host.Failure);
        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Equal(EngineState.Ready, _live.Current!.Engine.State);
    }

    [Fact]
    public async Task Process_that_ends_during_a_load_keeps_the_former_until_it_has_answered()
    {
        using ManualResetEventSlim gate = new();
        Generation answer = _first.Engine.Submit(Request(gate), CancellationToken.None).Taken!;
        Task<Changed> load = Load("1.1.0");
        Task stopping = _host.StoppingAsync(CancellationToken.None);
        Assert.False(stopping.IsCompleted);
        Changed changed = await load;
        // It was either too late for the load or just in time; nothing else is allowed.
        Assert.Equal(changed.Error is null ? "1.1.0" : "1.0.0", _live.Current!.Model.Version);
        Assert.Equal(changed.Error is null ? null : (int?)503, changed.Error?.Status);
        Assert.Equal(EngineState.Draining, _live.Current.Engine.State);
        gate.Set();
        Assert.Equal(3, await Count(answer));
        await stopping;
        await _host.StopAsync(CancellationToken.None);
        await Eventually.True(() => _host.Running.Count == 0);
        Assert.Equal(503, (await Load("1.1.0")).Error?.Status);
    }

    [Fact]
    public async Task Server_that_is_told_to_stop_while_it_loads_another_version_does_not_wait_for_it()
    {
        using ManualResetEventSlim never = new();
        _nextClock.Held = never;
        Task<Changed> load = Load("1.1.0");
        await _nextClock.Waits.Task.WaitAsync(Eventually.Patience);
        await _host.StoppingAsync(CancellationToken.None);
        Assert.Equal(503, (await load.WaitAsync(Eventually.Patience)).Error?.Status);
        await _host.StopAsync(CancellationToken.None).WaitAsync(Eventually.Patience);
        Assert.True(_host.LeavesLoading);
        Assert.True(_first.Ended.IsCompletedSuccessfully);
        never.Set();
        await Eventually.True(() => _host.Running.Count == 0);
        Assert.Null(_host.Failure);
    }

    [Fact]
    public async Task Server_that_is_told_to_stop_when_all_is_loaded_leaves_nothing()
    {
        await _host.StoppingAsync(CancellationToken.None);
        await _host.StopAsync(CancellationToken.None);
        Assert.False(_host.LeavesLoading);
    }

    [Fact]
    public void What_may_still_grow_is_counted()
    {
        // The cache of one row of 4 layers, keys and values, 2 heads of 32 floats, 512 positions; kept answers; kept grammars, one of an answer, a tree of 1,024 tokens.
        long cache = 4L * 2 * 2 * 32 * 512 * 4;
        long grammars = KnownGrammars.MostBytes + TokenGrammar.MostBytes + (1024L * TokenTrie.BytesOfToken);
        Assert.Equal(1000 + cache + grammars, _source.GrowthOf([_first]));
        Assert.Equal(grammars, _source.NeedOf(_first.Folder).Grammars);
        Grow(_first.Model.Grammars);
        Assert.Equal(1000 + cache + grammars - _first.Model.Grammars.Bytes, _source.GrowthOf([_first]));
        Assert.True(_first.Model.Grammars.Bytes > 0);
    }

    private static void Grow(KnownGrammars grammars) => _ = grammars.Find("one", SchemaGrammar.AnyObject).Begin().Mask;

    private Task<Changed> Load(string version) => _load.Handle(Samples.Folder(version), version);

    private static GenerationRequest Request(ManualResetEventSlim gate, Action? onToken = null) => new()
    {
        Prompt = [1, 4, 100],
        Sampling = new SamplingOptions(Temperature: 0, TopP: 1, TopK: 0, Seed: 0) { LogitBias = new Dictionary<int, float> { [2] = -100 } },
        MaxTokens = 3,
        Transcribe = _ =>
        {
            gate.Wait();
            onToken?.Invoke();
            return new Transcribed("", 0, Ended: false);
        },
    };

    private static async Task<int> Count(Generation generation)
    {
        int count = 0;
        await foreach (GeneratedToken _ in generation.Tokens) count++;
        return count;
    }

    private sealed class BreakableClock : TimeProvider
    {
        private volatile bool _broken;

        /// <summary>Who asks for the time waits for this, if set: as the engine's thread does before it loads.</summary>
        public ManualResetEventSlim? Held { get; set; }

        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Stands for whatever may break where nobody expects it.</summary>
        public bool Broken
        {
            get => _broken;
            set => _broken = value;
        }

        public override long GetTimestamp()
        {
            if (Held is { } held)
            {
                Waits.TrySetResult();
                held.Wait();
            }
            return Broken ? throw new NotSupportedException() : System.GetTimestamp();
        }
    }
}
