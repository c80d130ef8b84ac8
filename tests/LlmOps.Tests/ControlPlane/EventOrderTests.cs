using System.Security.Cryptography;
using System.Text;
using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

/// <summary>
/// News of a release come late, more than once and in any order that their causes allow; the end is that of the run in which
/// each came once and at once. What cannot come earlier than it happened does not: an alert's end comes after its beginning.
/// </summary>
public sealed class EventOrderTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Any_order_and_any_duplication_ends_as_the_run_in_order(int seed)
    {
        string expected = (await Tell(null)).ToString();
        Assert.Contains("RolledBack", expected, StringComparison.Ordinal);
        Assert.Equal(expected, (await Tell(new Random(seed))).ToString());
    }

    [Fact]
    public async Task A_version_whose_news_comes_after_a_later_one_serves_does_not_take_its_place()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Bus.Loses = _ => true;
        await loop.Upload("1.1.0", "weights of 1.1.0");
        loop.Bus.Loses = _ => false;
        byte[] early = loop.Blobs.Bytes(Containers.Models, "tiny-ops/1.1.0/release.json");
        loop.Blobs.Delete(Containers.Models, "tiny-ops/1.1.0/release.json");
        await loop.For(TimeSpan.FromMinutes(1));
        await loop.Upload("1.2.0", "weights of 1.2.0");
        await loop.Until("1.2.0", Phase.Done);
        loop.Blobs.Write(Containers.Models, "tiny-ops/1.1.0/release.json", early, loop.Clock.Now - TimeSpan.FromHours(3));
        await loop.Get<ReceiveUpload>().Handle("tiny-ops", "1.1.0", default);
        await loop.Until("1.1.0", Phase.Superseded);
        Assert.Contains("tiny-ops@1.2.0 was uploaded later and serves", (await loop.Log())[^1].Text, StringComparison.Ordinal);
        Assert.Equal("1.2.0", (await loop.Registered()).Aliases["champion"]);
    }

    private static async Task<EndState> Tell(Random? chance)
    {
        using LoopFixture loop = new();
        Post post = new(loop, chance);
        await Upload(loop, post, "1.0.0");
        await post.For(TimeSpan.FromSeconds(5));
        await Upload(loop, post, "1.1.0");
        for (int i = 0; i < 5; i++)
        {
            post.Later(() => Flux(loop));
            await post.For(TimeSpan.FromSeconds(5));
        }
        await post.Until("1.1.0", Phase.Guarded);
        await post.For(TimeSpan.FromSeconds(10));

        DateTimeOffset now = loop.Clock.Now;
        post.Later(() => loop.Post(Alerts.Message(Alerts.One(now, "1.0.0", fingerprint: Alerts.Fingerprint(1)))));
        post.Later(() => loop.Post(Alerts.Message(Alerts.One(now, "3.0.0", model: "another", fingerprint: Alerts.Fingerprint(2)))));
        post.Later(() => loop.Post(Alerts.Message(Alerts.One(now, "1.1.0"))));
        await post.For(Post.Latest + TimeSpan.FromSeconds(1));
        post.Later(() => loop.Post(Alerts.Message(Alerts.One(now, "1.1.0", status: "resolved", endsAt: now.AddSeconds(20)))));
        await post.Until("1.1.0", Phase.RolledBack);
        await post.For(TimeSpan.FromMinutes(40));
        Assert.Empty(loop.Failures);
        Assert.Empty(loop.Bus.Dead);
        return await EndState.Of(loop);
    }

    // The blobs are there at once; only the news of them travels.
    private static async Task Upload(LoopFixture loop, Post post, string version)
    {
        loop.Bus.Loses = message => message.Queue == Queues.Work && message.Id.StartsWith("upload:", StringComparison.Ordinal);
        await loop.Upload(version, $"weights of {version}");
        loop.Bus.Loses = _ => false;
        post.Later(() => loop.Get<ReceiveUpload>().Handle(LoopFixture.Model, version, default));
    }

    private static Task Flux(LoopFixture loop)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"involvedObject":{"kind":"Kustomization"},"at":"{{loop.Clock.Now:O}}"}""");
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("flux-secret-of-tests"), body));
        return loop.Get<ReceiveFluxEvent>().Handle(body, $"sha256={signature}", default);
    }

    /// <summary>Delivers each piece of news once and at once, or by chance up to three times, each up to <see cref="Latest"/> late.</summary>
    private sealed class Post(LoopFixture loop, Random? chance)
    {
        public static readonly TimeSpan Latest = TimeSpan.FromSeconds(30);

        private readonly PriorityQueue<Func<Task>, (DateTimeOffset, int)> pending = new();
        private int sent;

        public void Later(Func<Task> deliver)
        {
            for (int copy = chance?.Next(1, 4) ?? 1; copy > 0; copy--)
            {
                pending.Enqueue(deliver, (loop.Clock.Now + ((chance?.NextDouble() ?? 0) * Latest), ++sent));
            }
        }

        public async Task For(TimeSpan time)
        {
            DateTimeOffset end = loop.Clock.Now + time;
            while (pending.TryPeek(out Func<Task>? deliver, out (DateTimeOffset At, int) due) && due.At <= end)
            {
                if (due.At > loop.Clock.Now)
                {
                    await loop.For(due.At - loop.Clock.Now);
                }
                pending.Dequeue();
                await deliver();
                await loop.Drain();
            }
            if (end > loop.Clock.Now)
            {
                await loop.For(end - loop.Clock.Now);
            }
        }

        public async Task Until(string version, Phase phase)
        {
            for (int minutes = 0; (await loop.Get<GetRelease>().Handle(LoopFixture.Model, version, default))?.Phase != phase; minutes++)
            {
                Assert.True(minutes < 200, $"{version} did not come to {phase}");
                await For(TimeSpan.FromSeconds(30));
            }
        }
    }
}
