using System.Net;
using System.Net.Http.Headers;
using LlmOps.Events;
using LlmOps.Inbox;
using LlmOps.Registry;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Events;

public sealed class WebhookStoryTests
{
    // The log's and the registry's, each in order; between them time decides, and the clock of these tests stands still.
    private static readonly string[] FirstRelease =
    [
        "release.uploaded", "release.staged", "release.accepted", "release.step_started", "release.promoted", "release.completed",
        "registered_model.created", "model_version.created", "model_version_alias.created", "model_version_alias.created", "model_version_alias.deleted",
    ];

    [Fact]
    public async Task A_release_is_told_in_order_as_it_goes()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("*");
        using (loop)
        {
            await loop.FirstChampion();
            await loop.For(TimeSpan.FromSeconds(5));
            Assert.Equal(FirstRelease, BySource(receiver.Seen));
            Assert.Equal(receiver.Seen.Count, receiver.Seen.DistinctBy(seen => seen.Id).Count());
            WebhookReceiver.Received created = receiver.Seen.Single(seen => seen.Type == "model_version.created");
            Assert.Equal(("model_version", "created"), (created.Json.GetProperty("entity").GetString(), created.Json.GetProperty("action").GetString()));
            Assert.Equal(("tiny-ops", "1"), (created.Facts.GetProperty("name").GetString(), created.Facts.GetProperty("version").GetString()));
            Assert.Equal("1.0.0", created.Facts.GetProperty("tags").GetProperty("llmops.version").GetString());
            WebhookReceiver.Received promoted = receiver.Seen.Single(seen => seen.Type == "release.promoted");
            Assert.Equal(("1", "1.0.0"), (promoted.Facts.GetProperty("version").GetString(), promoted.Facts.GetProperty("semver").GetString()));
            Assert.Empty(loop.Failures);
        }
    }

    [Fact]
    public async Task Only_what_is_subscribed_to_is_told()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("release.promoted", "release.rolled_back");
        using (loop)
        {
            await loop.SecondGuarded();
            await loop.For(TimeSpan.FromSeconds(5));
            await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
            await loop.For(TimeSpan.FromMinutes(1));
            Assert.Equal(["release.promoted", "release.promoted", "release.rolled_back"], receiver.Seen.Select(seen => seen.Type));
        }
    }

    [Fact]
    public async Task What_happened_before_an_endpoint_listened_is_not_told()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        WebhookReceiver receiver = new();
        (loop.Settings, loop.Receiver) = (options => WebhookReceiver.Endpoint(options, "*"), receiver);
        loop.Clock.Advance(TimeSpan.FromSeconds(1));
        loop.Restart();
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Empty(receiver.Seen);
        await loop.Get<SetTag>().Handle("tiny-ops", new TagWish("owner", "ada", "ada", "so that she is asked", "1.0.0"), default);
        loop.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await loop.Get<SetAlias>().Handle("tiny-ops", new AliasWish("nightly", "1", "ada", "tests"), default);
        loop.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await loop.Get<SetTag>().Handle("tiny-ops", new TagWish("owner", null, "ada", "left", "1.0.0"), default);
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Equal(["model_version_tag.set", "model_version_alias.created", "model_version_tag.deleted"], receiver.Seen.Select(seen => seen.Type));
        Assert.Equal("""{"name":"tiny-ops","version":"1","key":"owner","value":"ada"}""", receiver.Seen[0].Facts.GetRawText());
        Assert.Equal("""{"name":"tiny-ops","alias":"nightly","version":"1"}""", receiver.Seen[1].Facts.GetRawText());
    }

    [Fact]
    public async Task An_endpoint_that_is_down_gets_every_event_later_in_order()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("*");
        using (loop)
        {
            DateTimeOffset up = loop.Clock.Now + TimeSpan.FromMinutes(5);
            receiver.Answers = _ => new HttpResponseMessage(loop.Clock.Now < up ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
            await loop.FirstChampion();
            await loop.For(TimeSpan.FromSeconds(5));
            Assert.Equal(FirstRelease, BySource(receiver.Seen.Where(seen => seen.Taken)));
            Assert.InRange(receiver.Seen.Count(seen => !seen.Taken), 2, 8);
            Assert.Single(receiver.Seen.Where(seen => !seen.Taken).DistinctBy(seen => seen.Id));
        }
    }

    [Fact]
    public async Task A_lost_wake_and_a_lost_retry_are_made_up_for()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("release.promoted");
        using (loop)
        {
            loop.Bus.Loses = message => message.Queue == "events" && message.NotBefore is not null;
            receiver.Answers = _ => new HttpResponseMessage(receiver.Seen.Count == 1 ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK);
            await loop.FirstChampion();
            Assert.Equal([false, true], receiver.Seen.Select(seen => seen.Taken));
        }
    }

    [Fact]
    public async Task Retry_after_is_waited_for()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("release.promoted");
        using (loop)
        {
            List<DateTimeOffset> tries = [];
            receiver.Answers = _ =>
            {
                tries.Add(loop.Clock.Now);
                HttpResponseMessage answer = new(tries.Count == 1 ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK);
                answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(100));
                return answer;
            };
            await loop.FirstChampion();
            Assert.InRange((tries[1] - tries[0]).TotalSeconds, 100, 103);
        }
    }

    [Fact]
    public async Task What_is_refused_becomes_a_dead_letter_and_can_be_sent_again()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("release.staged", "release.promoted");
        using (loop)
        {
            receiver.Answers = seen => new HttpResponseMessage(seen.Type == "release.staged" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
            await loop.FirstChampion();
            DeadEvent dead = Assert.Single(Assert.Single(await loop.Get<ShowWebhooks>().Handle(default)).Dead);
            Assert.Equal(("release.staged", "it answered 401", 1), (dead.Event.Type, dead.Error, dead.Tries));
            Assert.Equal("release.promoted", receiver.Seen[^1].Type);
            receiver.Answers = _ => new HttpResponseMessage(HttpStatusCode.OK);
            Assert.True(await loop.Get<ResendEvent>().Handle("ci", dead.Event.Id, default));
            Assert.False(await loop.Get<ResendEvent>().Handle("ci", "evt_other", default));
            await loop.For(TimeSpan.FromSeconds(5));
            Assert.Equal((dead.Event.Id, true), (receiver.Seen[^1].Id, receiver.Seen[^1].Taken));
            Assert.Equal(receiver.Seen[0].Body, receiver.Seen[^1].Body);
            Assert.NotNull(Assert.Single(await loop.Get<EventStore>().Dead("ci", default)).SentAgainAt);
        }
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_is_given_up_and_then_told_of_the_next()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("release.staged", "release.promoted");
        using (loop)
        {
            loop.Settings = options => WebhookReceiver.Endpoint(options, "release.staged", "release.promoted") with { WebhookAttempts = 3 };
            loop.Restart();
            receiver.Answers = seen => seen.Type == "release.staged" ? throw new HttpRequestException("secret-host refused") : new HttpResponseMessage(HttpStatusCode.OK);
            await loop.FirstChampion();
            DeadEvent dead = Assert.Single(await loop.Get<EventStore>().Dead("ci", default));
            Assert.Equal(3, dead.Tries);
            Assert.DoesNotContain("secret-host", dead.Error, StringComparison.Ordinal);
            Assert.Equal(["release.promoted"], receiver.Seen.Where(seen => seen.Taken).Select(seen => seen.Type));
        }
    }

    [Fact]
    public async Task Names_that_no_model_can_have_stop_nothing()
    {
        (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("release.*");
        using (loop)
        {
            await loop.Get<ReceiveUpload>().Handle("..", "1.0.0", default);
            await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.0.0")).Replace("tiny-ops", "../Other Model", StringComparison.Ordinal));
            await loop.FirstChampion();
            await loop.For(TimeSpan.FromSeconds(5));
            Assert.Empty(loop.Failures);
            Assert.Equal("release.completed", receiver.Seen[^1].Type);
        }
    }

    [Fact]
    public async Task Killed_after_any_effect_nothing_is_lost_or_told_under_two_ids()
    {
        int effects = 0;
        for (int kill = 0; kill <= effects; kill++)
        {
            (LoopFixture loop, WebhookReceiver receiver) = await WebhookReceiver.Listen("*");
            using (loop)
            {
                int begun = loop.Effects.Happened.Count;
                loop.Effects.CrashAfter = kill == 0 ? null : begun + kill;
                await loop.FirstChampion();
                await loop.For(TimeSpan.FromSeconds(10));
                effects = kill == 0 ? loop.Effects.Happened.Count - begun : effects;
                IEnumerable<string> told = BySource(receiver.Seen.DistinctBy(seen => seen.Id));
                Assert.True(FirstRelease.SequenceEqual(told), $"killed after {(kill == 0 ? "nothing" : loop.Effects.Happened[begun + kill - 1])}: {string.Join(' ', told)}");
                Assert.InRange(receiver.Seen.Count, FirstRelease.Length, FirstRelease.Length + 1);
            }
        }
        Assert.True(effects > 40, $"only {effects} effects");
    }

    private static IEnumerable<string> BySource(IEnumerable<WebhookReceiver.Received> seen) =>
        seen.Select(received => received.Type).OrderBy(type => !type.StartsWith("release.", StringComparison.Ordinal));
}
