using System.Collections.Concurrent;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.LocalHost.Functions;

public sealed class BlobPumpTests
{
    private readonly MemoryBlobs blobs = new();
    private readonly MemoryQueue queue = new();
    private readonly Uploads uploads = new();

    [Fact]
    public async Task A_blob_fires_with_its_content_and_the_values_of_its_name()
    {
        await using FunctionHost host = await Start();
        blobs.Overwrite("models", "tiny-ops/1.0.0/model.onnx", "weights");
        blobs.Overwrite("models", "tiny-ops/1.0.0/release.json", "{}");
        blobs.Overwrite("models", "tiny-ops/nested/1.0.0/release.json", "{}");

        await Fired(2);

        Assert.Equal(["stream tiny-ops 1.0.0 {}", "text tiny-ops 1.0.0 {}"], uploads.Seen.Order());
    }

    [Fact]
    public async Task A_new_content_fires_again_and_the_same_does_not()
    {
        await using FunctionHost host = await Start(typeof(Text));
        blobs.Overwrite("models", "a/1/release.json", "one");
        await Fired(1);
        blobs.Overwrite("models", "a/1/release.json", "two");
        await Fired(2);
        await Task.Delay(100);

        Assert.Equal(["text a 1 one", "text a 1 two"], uploads.Seen);
    }

    [Fact]
    public async Task A_restart_does_not_fire_what_was_handled()
    {
        blobs.Overwrite("models", "a/1/release.json", "{}");
        await using (FunctionHost first = await Start(typeof(Text)))
        {
            await Fired(1);
            await Eventually.True(() => Receipts() == 1);
        }
        await using FunctionHost second = await Start(typeof(Text));
        blobs.Overwrite("models", "b/1/release.json", "{}");
        await Fired(2);

        Assert.Equal(["text a 1 {}", "text b 1 {}"], uploads.Seen);
    }

    [Fact]
    public async Task A_crash_before_the_receipt_fires_again()
    {
        blobs.BeforePut = _ => throw new IOException("the disk is gone");
        blobs.Overwrite("models", "a/1/release.json", "{}");
        await using (FunctionHost first = await Start(typeof(Text)))
        {
            await Fired(1);
        }
        int before = uploads.Seen.Count;
        blobs.BeforePut = null;

        await using FunctionHost second = await Start(typeof(Text));

        await Fired(before + 1);
        await Eventually.True(() => Receipts() == 1);
    }

    [Fact]
    public async Task A_blob_that_fails_five_times_is_poison_and_holds_nobody_up()
    {
        uploads.Fails = model => model == "bad";
        ManualClock clock = new();
        await using FunctionHost host = await Start([typeof(Text)], clock);
        blobs.Overwrite("models", "bad/1/release.json", "{}");
        blobs.Overwrite("models", "good/1/release.json", "{}");

        while (queue.Sent.Count == 0)
        {
            await clock.AdvanceOnceAwaited(TimeSpan.FromMilliseconds(20));
            await Task.Delay(1);
        }

        Assert.Equal(5, uploads.Failures);
        Assert.Equal(["text good 1 {}"], uploads.Seen);
        OutgoingMessage poison = Assert.Single(queue.Sent);
        Assert.Equal("webjobs-blobtrigger-poison", poison.Queue);
        Assert.Equal("bad/1/release.json", JsonDocument.Parse(poison.Body).RootElement.GetProperty("BlobName").GetString());
        await Eventually.True(() => Receipts() == 2);
    }

    private int Receipts() => blobs.List("host", "", default).ToBlockingEnumerable().Count();

    private Task Fired(int times) => Eventually.True(() => uploads.Seen.Count >= times);

    private Task<FunctionHost> Start(params Type[] functions) => Start(functions is [] ? [typeof(Text), typeof(Bytes)] : functions, clock: null);

    private Task<FunctionHost> Start(Type[] functions, TimeProvider? clock) =>
        FunctionHost.Start(FunctionHost.Options(functions), queue, blobs, clock, uploads);

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
