using System.Collections.Concurrent;
using System.Text.Json;
using LlmOps.Ports;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.LocalHost.Functions;

public sealed class BlobPumpTests
{
    private readonly MemoryBlobs _blobs = new();
    private readonly MemoryQueue _queue = new();
    private readonly Uploads _uploads = new();

    [Fact]
    public async Task A_blob_fires_with_its_content_and_the_values_of_its_name()
    {
        await using FunctionHost host = await Start();
        await _blobs.Upload("models", "tiny-ops/1.0.0/model.onnx", "weights");
        await _blobs.Upload("models", "tiny-ops/1.0.0/release.json", "{}");
        await _blobs.Upload("models", "tiny-ops/nested/1.0.0/release.json", "{}");

        await Fired(2);

        Assert.Equal(["stream tiny-ops 1.0.0 {}", "text tiny-ops 1.0.0 {}"], _uploads.Seen.Order());
    }

    [Fact]
    public async Task A_new_content_fires_again_and_the_same_does_not()
    {
        await using FunctionHost host = await Start(typeof(Text));
        await _blobs.Upload("models", "a/1/release.json", "one");
        await Fired(1);
        await _blobs.Upload("models", "a/1/release.json", "two");
        await Fired(2);
        await Task.Delay(100);

        Assert.Equal(["text a 1 one", "text a 1 two"], _uploads.Seen);
    }

    [Fact]
    public async Task A_restart_does_not_fire_what_was_handled()
    {
        await _blobs.Upload("models", "a/1/release.json", "{}");
        await using (FunctionHost first = await Start(typeof(Text)))
        {
            await Fired(1);
            await Eventually.True(() => Receipts() == 1);
        }
        await using FunctionHost second = await Start(typeof(Text));
        await _blobs.Upload("models", "b/1/release.json", "{}");
        await Fired(2);

        Assert.Equal(["text a 1 {}", "text b 1 {}"], _uploads.Seen);
    }

    [Fact]
    public async Task A_crash_before_the_receipt_fires_again()
    {
        _blobs.LosesReceipts = true;
        await _blobs.Upload("models", "a/1/release.json", "{}");
        await using (FunctionHost first = await Start(typeof(Text)))
        {
            await Fired(1);
        }
        int before = _uploads.Seen.Count;
        _blobs.LosesReceipts = false;

        await using FunctionHost second = await Start(typeof(Text));

        await Fired(before + 1);
        await Eventually.True(() => Receipts() == 1);
    }

    [Fact]
    public async Task A_blob_that_fails_five_times_is_poison_and_holds_nobody_up()
    {
        _uploads.Fails = model => model == "bad";
        TestClock clock = new();
        await using FunctionHost host = await Start([typeof(Text)], clock);
        await _blobs.Upload("models", "bad/1/release.json", "{}");
        await _blobs.Upload("models", "good/1/release.json", "{}");

        while (_queue.Sent.Count == 0)
        {
            await clock.AdvanceOnceAwaited(TimeSpan.FromMilliseconds(20));
            await Task.Delay(1);
        }

        Assert.Equal(5, _uploads.Failures);
        Assert.Equal(["text good 1 {}"], _uploads.Seen);
        OutgoingMessage poison = Assert.Single(_queue.Sent);
        Assert.Equal("webjobs-blobtrigger-poison", poison.Queue);
        Assert.Equal("bad/1/release.json", JsonDocument.Parse(poison.Body).RootElement.GetProperty("BlobName").GetString());
        await Eventually.True(() => Receipts() == 2);
    }

    private int Receipts() => _blobs.List("host", "", default).ToBlockingEnumerable().Count();

    private Task Fired(int times) => Eventually.True(() => _uploads.Seen.Count >= times);

    private Task<FunctionHost> Start(params Type[] functions) => Start(functions is [] ? [typeof(Text), typeof(Bytes)] : functions, clock: null);

    private Task<FunctionHost> Start(Type[] functions, TimeProvider? clock) =>
        FunctionHost.Start(FunctionHost.Options(functions), _queue, _blobs, clock, _uploads);

    private sealed class Text(Uploads uploads)
    {
        [Function("Text")]
        public Task Run([BlobTrigger("models/{model}/{version}/release.json")] string blob, string model, string version) =>
            uploads.Arrive(model, $"text {model} {version} {blob}");
    }

    private sealed class Bytes(Uploads uploads)
    {
        [Function("Bytes")]
        public async Task Run([BlobTrigger("models/{model}/{version}/release.json")] Stream blob, string model, string version) =>
            await uploads.Arrive(model, $"stream {model} {version} {await new StreamReader(blob).ReadToEndAsync()}");
    }

    private sealed class Uploads
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public Func<string, bool> Fails { get; set; } = _ => false;

        public int Failures { get; private set; }

        public Task Arrive(string model, string seen)
        {
            if (Fails(model))
            {
                Failures++;
                throw new InvalidDataException("not a release");
            }
            Seen.Enqueue(seen);
            return Task.CompletedTask;
        }
    }
}
