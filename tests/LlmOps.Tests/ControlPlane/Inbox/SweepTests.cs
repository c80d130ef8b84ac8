using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.ControlPlane.Inbox;

public sealed class SweepTests
{
    private readonly ManualClock clock = new();
    private readonly Noted noted = new();
    private readonly MemoryBus bus;
    private readonly MemoryGit git;

    public SweepTests()
    {
        bus = new MemoryBus(clock);
        git = new MemoryGit(clock);
    }

    [Theory]
    [InlineData("""{"Type":"BlobTrigger","FunctionId":"Host.Functions.BlobModelUploaded","BlobType":"BlockBlob","ContainerName":"models","BlobName":"tiny-ops/1.1.0/release.json","ETag":"0x8"}""")]
    [InlineData("eyJDb250YWluZXJOYW1lIjoibW9kZWxzIiwiQmxvYk5hbWUiOiJ0aW55LW9wcy8xLjEuMC9yZWxlYXNlLmpzb24ifQ==")]
    public async Task An_upload_that_the_trigger_gave_up_on_is_taken_and_its_note_removed(string note)
    {
        noted.Notes.Add(note);
        await RetryFailed();
        Assert.Equal(new WorkItem(WorkItem.Upload, "tiny-ops", "1.1.0").ToMessage(), Assert.Single(bus.Sent));
        Assert.Empty(noted.Notes);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("""{"ContainerName":1,"BlobName":"x"}""")]
    [InlineData("""{"ContainerName":"state","BlobName":"tiny-ops/1.1.0/release.json"}""")]
    [InlineData("""{"ContainerName":"models","BlobName":"../1.1.0/release.json"}""")]
    [InlineData("""{"ContainerName":"models","BlobName":"tiny-ops/1.1.0/model.onnx"}""")]
    public async Task A_note_of_anything_else_is_only_removed(string note)
    {
        noted.Notes.Add(note);
        await RetryFailed();
        Assert.Empty(bus.Sent);
        Assert.Empty(noted.Notes);
    }

    [Fact]
    public async Task A_note_stays_until_the_upload_is_enqueued()
    {
        noted.Notes.Add("""{"ContainerName":"models","BlobName":"tiny-ops/1.1.0/release.json"}""");
        RetryFailedUploads broken = new([noted], new ReceiveUpload(new BrokenBus()), NullLogger<RetryFailedUploads>.Instance);
        await Assert.ThrowsAsync<IOException>(() => broken.Handle(default));
        Assert.Single(noted.Notes);
    }

    [Fact]
    public async Task Dead_letters_open_one_issue_a_queue_and_name_no_body()
    {
        await Kill(Queues.Rollback, "alert <b>1</b>");
        await Kill(Queues.Rollback, "alert-2");
        await Kill(Queues.Events, "event-1");
        await Tell();
        await Tell();

        Assert.Equal(["Messages of queue rollback failed for good", "Messages of queue events failed for good"], git.Issues.Select(issue => issue.Title));
        string text = git.Issues[0].Body;
        Assert.StartsWith("2 in queue `rollback`", text, StringComparison.Ordinal);
        Assert.Contains("alert \\<b\\>1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret of a user", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_dead_letters_nobody_is_told()
    {
        await Tell();
        Assert.Empty(git.Issues);
    }

    [Fact]
    public async Task Once_the_oldest_is_gone_the_next_is_told_of_anew()
    {
        await Kill(Queues.Work, "1");
        await Tell();
        await bus.Resend(Queues.Work, "1", default);
        bus.Clear();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Kill(Queues.Work, "2");
        await Tell();
        Assert.Equal(2, git.Issues.Count);
    }

    [Fact]
    public async Task A_sweep_that_fails_keeps_none_after_it_from_its_turn()
    {
        using LoopFixture loop = new();
        await Kill(loop.Bus, Queues.Work, "1");
        SweepAll sweep = new(
            loop.Get<SweepUploads>(), loop.Get<RetryFailedUploads>(), loop.Get<ProposeSettings>(),
            new RedeliverHooks([new BrokenHook()], loop.Blobs, loop.Clock), loop.Get<TellDeadLetters>());

        Assert.Equal("the hook is away", (await Assert.ThrowsAsync<IOException>(() => sweep.Handle(default))).Message);
        Assert.Single(loop.Git.Issues);

        loop.Git.Away = true;
        Assert.Equal(2, (await Assert.ThrowsAsync<AggregateException>(() => sweep.Handle(default))).InnerExceptions.Count);
    }

    private Task RetryFailed() => new RetryFailedUploads([noted], new ReceiveUpload(bus), NullLogger<RetryFailedUploads>.Instance).Handle(default);

    private Task Tell() => new TellDeadLetters(bus, git, NullLogger<TellDeadLetters>.Instance).Handle(default);

    private Task Kill(string queue, string id) => Kill(bus, queue, id);

    private static async Task Kill(MemoryBus bus, string queue, string id)
    {
        await bus.Send(new OutgoingMessage(queue, id, "k", "secret of a user"), default);
        while (bus.Take(queue: queue) is { } taken)
        {
            bus.Abandon(taken, new InvalidDataException("cannot be read"));
        }
    }

    private sealed class Noted : IFailedBlobs
    {
        public List<string> Notes { get; } = [];

        public Task<IReadOnlyList<FailedBlob>> Take(int most, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<FailedBlob>>([.. Notes.Take(most).Select(note => new FailedBlob(note, note))]);

        public Task Remove(FailedBlob failed, CancellationToken cancellation) => Task.FromResult(Notes.Remove(failed.Receipt));
    }

    private sealed class BrokenHook : IHookDeliveries
    {
        public Task<IReadOnlyList<HookDelivery>> ListSince(DateTimeOffset since, CancellationToken cancellation) => throw new IOException("the hook is away");

        public Task Redeliver(long id, CancellationToken cancellation) => throw new IOException();
    }

    private sealed class BrokenBus : IMessageBus
    {
        public Task Send(OutgoingMessage message, CancellationToken cancellation) => throw new IOException("the queue is away");

        public Task<IReadOnlyList<DeadLetter>> PeekDeadLetters(string queue, int count, CancellationToken cancellation) => throw new IOException();

        public Task<bool> Resend(string queue, string messageId, CancellationToken cancellation) => throw new IOException();
    }
}
