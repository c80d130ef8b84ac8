using LlmOps.Audit;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

/// <summary>
/// The story of a release and its rollback, killed after each of its effects in turn, delivered twice, shuffled and with lost
/// messages: it always ends in the same state.
/// </summary>
public sealed class CrashSafetyTests
{
    [Fact]
    public async Task Killed_after_any_effect_the_story_ends_in_the_same_state()
    {
        (EndState expected, int effects) = await Tell(new LoopFixture());
        Assert.True(effects > 100, $"only {effects} effects");
        List<string> wrong = [];
        for (int effect = 1; effect <= effects; effect++)
        {
            LoopFixture loop = new();
            loop.Effects.CrashAfter = effect;
            (EndState state, _) = await Tell(loop);
            Assert.True(loop.Crashes <= 1);
            if (state.ToString() != expected.ToString())
            {
                wrong.Add($"killed after effect {effect}, {loop.Effects.Happened[effect - 1]}:\n{state}");
            }
        }
        Assert.True(wrong.Count == 0, $"expected\n{expected}\nbut {wrong.Count} times, first\n{wrong.FirstOrDefault()}");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_message_delivered_more_than_once_changes_nothing(int deliveries)
    {
        (EndState expected, _) = await Tell(new LoopFixture());
        (EndState state, _) = await Tell(new LoopFixture(deliveries: deliveries));
        Assert.Equal(expected.ToString(), state.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Messages_in_any_order_end_in_the_same_state(int seed)
    {
        (EndState expected, _) = await Tell(new LoopFixture());
        (EndState state, _) = await Tell(new LoopFixture(shuffle: seed, deliveries: 2));
        Assert.Equal(expected.ToString(), state.ToString());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Workers_on_the_same_message_at_the_same_time_end_in_the_same_state(int workers)
    {
        (EndState expected, _) = await Tell(new LoopFixture());
        for (int run = 0; run < 5; run++)
        {
            (EndState state, _) = await Tell(new LoopFixture(deliveries: workers) { AtOnce = true });
            Assert.Equal(expected.ToString(), state.ToString());
        }
    }

    [Fact]
    public async Task Lost_scheduled_messages_are_picked_up()
    {
        (EndState expected, _) = await Tell(new LoopFixture());
        LoopFixture loop = new();
        loop.Bus.Loses = message => message.NotBefore is not null;
        (EndState state, _) = await Tell(loop);
        Assert.Equal(expected.ToString(), state.ToString());
    }

    // The first champion, a second version promoted and rolled back by an alert that comes twice.
    private static async Task<(EndState State, int Effects)> Tell(LoopFixture loop)
    {
        using (loop)
        {
            await loop.Upload("1.0.0", "weights of 1.0.0");
            await loop.Until("1.0.0", Phase.Done);
            await loop.Upload("1.1.0", "weights of 1.1.0");
            await loop.Until("1.1.0", Phase.Guarded);
            await loop.For(TimeSpan.FromSeconds(10));
            string alert = Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0"));
            await loop.Post(alert);
            await loop.Post(alert);
            await loop.Until(async () => (await loop.Release("1.1.0")) is { Phase: Phase.RolledBack, Closed: true }, "rolled back and settled");
            await loop.For(TimeSpan.FromMinutes(10));
            Assert.Empty(loop.Failures);
            Assert.Empty(loop.Bus.Dead);
            ChainVerdict verdict = await loop.Get<VerifyAudit>().Handle(default);
            Assert.True(verdict.Holds, verdict.Text);
            return (await EndState.Of(loop), loop.Effects.Happened.Count);
        }
    }
}

/// <summary>What must be the same however the story was told: commits, log ids, releases, aliases, issues and files.</summary>
internal sealed record EndState(string Text)
{
    public override string ToString() => Text;

    public static async Task<EndState> Of(LoopFixture loop)
    {
        IReadOnlyList<Release> releases = await loop.Get<ListReleases>().Handle(null, default);
        LlmOps.Registry.RegisteredModel model = await loop.Registered();
        return new EndState(string.Join('\n',
        [
            .. loop.Git.Commits.Select(c => $"commit {c.Commit.Subject}"),
            .. (await loop.Log()).Select(entry => Stable($"log {entry.Kind} {entry.Id}")).Order(StringComparer.Ordinal),
            .. releases.Select(release => $"release {release.Id} {release.Phase} {release.Slot} {release.Champion} closed {release.Closed}"),
            .. model.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal).Select(alias => $"alias {alias.Key} {alias.Value}"),
            .. model.History.Select(move => $"move {move.Alias} {move.From} {move.To}"),
            .. loop.Git.Issues.Select(issue => $"issue {issue.Title}"),
            .. loop.Reviews.All.Select(pull => $"pull {pull.Number} {pull.Key} {pull.State}"),
            .. loop.Reviews.Checks.Select(check => $"check {check.Name} {check.Reference} {check.Conclusion} {check.Title}").Order(StringComparer.Ordinal),
            .. loop.Reviews.Comments.Select(comment => $"comment {comment.Key} {comment.Number} {comment.Body}"),
            loop.Git.Text("apps/tiny-ops/route.yaml"),
            loop.Git.Text("apps/tiny-ops/blue.yaml"),
            loop.Git.Text("apps/tiny-ops/green.yaml"),
        ]));
    }

    // An alert's key holds the time at which it began, which is not the same in each telling.
    private static string Stable(string id) => System.Text.RegularExpressions.Regex.Replace(id, "-[0-9]{18}", "-time");
}
