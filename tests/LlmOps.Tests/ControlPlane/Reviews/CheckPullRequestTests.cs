using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Reviews;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Reviews;

public sealed class CheckPullRequestTests
{
    private const string Gates = "apps/tiny-ops/gates.yaml";
    private const string Route = "apps/tiny-ops/route.yaml";
    private const string Green = "apps/tiny-ops/green.yaml";

    [Fact]
    public async Task A_harmless_change_succeeds()
    {
        using LoopFixture loop = new();
        CheckRun check = await Check(loop, (Green, loop.Git.Text(Green) + "# a comment\n"));
        Assert.Equal(("llmops/tiny-ops", Conclusion.Success, "#1"), (check.Name, check.Conclusion, check.Reference));
        Assert.Equal(loop.Reviews.All[0].HeadSha, check.Sha);
    }

    [Fact]
    public async Task A_change_of_no_model_gets_no_check()
    {
        using LoopFixture loop = new();
        await loop.Get<CheckPullRequest>().Handle(loop.Reviews.Propose("x", ("README.md", "x"), ("apps/README.md", "x"), ("apps/Not_a_model/x", "x")), default);
        Assert.Empty(loop.Reviews.Checks);
    }

    [Fact]
    public async Task Each_model_gets_its_check()
    {
        using LoopFixture loop = new();
        await Check(loop, ("apps/tiny-ops/x", "x"), ("apps/other/route.yaml", "x"));
        Assert.Equal(["llmops/other", "llmops/tiny-ops"], loop.Reviews.Checks.Select(check => check.Name).Order(StringComparer.Ordinal));
        Assert.Contains("a model without gates is not released", loop.Reviews.Checks.Single(check => check.Name == "llmops/other").Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gates: []", "cannot be read")]
    [InlineData(null, "is deleted: a model without gates is not released")]
    [InlineData(LoopFixture.Policy + "changes: perhaps\n", "Perhaps")]
    public async Task Gates_that_are_deleted_or_wrong_fail(string? text, string why)
    {
        using LoopFixture loop = new();
        CheckRun check = await Check(loop, (Gates, text));
        Assert.Equal(Conclusion.Failure, check.Conclusion);
        Assert.Contains(why, check.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dialect_that_the_manifests_do_not_speak_fails()
    {
        using LoopFixture loop = new();
        CheckRun check = await Check(loop, (Gates, LoopFixture.Policy + "dialect: istio\n"));
        Assert.Equal(Conclusion.Failure, check.Conclusion);
        Assert.Contains($"`{Route}` cannot be read", check.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_that_cannot_be_read_fails()
    {
        using LoopFixture loop = new();
        CheckRun check = await Check(loop, ("apps/tiny-ops/eval/golden.jsonl", "not json\n"));
        Assert.Equal(Conclusion.Failure, check.Conclusion);
        Assert.Contains("golden.jsonl", check.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_edited_by_hand_fail()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        CheckRun check = await Check(loop, (Route, Weights(loop, new RouteManifest(50, 50))));
        Assert.Equal(Conclusion.Failure, check.Conclusion);
        Assert.Contains("the weights are edited by hand (blue 0 → 50, green 100 → 50)", check.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_that_moved_on_the_branch_meanwhile_are_nobodys_edit()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        int number = loop.Reviews.Propose("Comment", (Route, loop.Git.Text(Route) + "# a comment\n"));
        loop.Git.Person(Route, text => new RouteManifest(95, 5).WriteTo("tiny-ops", Route, text));
        await loop.Get<CheckPullRequest>().Handle(number, default);
        Assert.Equal(Conclusion.Success, Assert.Single(loop.Reviews.Checks, check => check.Reference == $"#{number}").Conclusion);
    }

    [Fact]
    public async Task Settings_of_the_slot_that_serves_fail_and_those_of_the_other_are_a_proposal()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        const string Blue = "apps/tiny-ops/blue.yaml";
        CheckRun serving = await Check(loop, (Blue, loop.Git.Text(Blue).Replace("inference:", "other-inference:", StringComparison.Ordinal)));
        Assert.Equal(Conclusion.Failure, serving.Conclusion);
        Assert.Contains("go straight to users", serving.Title, StringComparison.Ordinal);
        CheckRun idle = await Check(loop, (Green, loop.Git.Text(Green).Replace("inference:", "other-inference:", StringComparison.Ordinal)));
        Assert.Equal(Conclusion.Neutral, idle.Conclusion);
        Assert.Contains("proposes other settings", idle.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_shipped_by_hand_is_judged_by_the_base_branchs_gates()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Inference.Broken.Add("1.1.0");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Refused);
        Release refused = await loop.Release("1.1.0");
        string shipped = new SlotManifest("1.1.0", refused.Digest, 1).WriteTo(Green, Ended(loop, Green));
        // The same change deletes the gates, or leaves only one that anything passes.
        foreach (string? gates in new[] { null, "datasets: { golden: eval/golden.jsonl }\ngates: [{ metric: error_rate, max: 1 }]\n" })
        {
            CheckRun check = await Check(loop, (Green, shipped), (Gates, gates));
            Assert.Equal(Conclusion.Failure, check.Conclusion);
            Assert.Contains("puts tiny-ops@1.1.0 into the green slot by hand; under the gates of the base branch: exact\\_match", check.Summary, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_version_of_which_nothing_is_known_needs_a_person()
    {
        using LoopFixture loop = new();
        CheckRun check = await Check(loop, (Green, new SlotManifest("7.0.0", new string('d', 64), 1).WriteTo(Green, loop.Git.Text(Green))));
        Assert.Equal(Conclusion.ActionRequired, check.Conclusion);
        Assert.Contains("no release of it is known", check.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_version_under_another_digest_fails()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        CheckRun check = await Check(loop, (Green, new SlotManifest("1.0.0", new string('d', 64), 1).WriteTo(Green, loop.Git.Text(Green))));
        Assert.Equal(Conclusion.Failure, check.Conclusion);
        Assert.Contains("another digest", check.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_gates_are_explained_and_held_against_the_newest_evidence()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        CheckRun same = await Check(loop, (Gates, LoopFixture.Policy.Replace("version: 1", "version: 2", StringComparison.Ordinal)));
        Assert.Equal(Conclusion.Success, same.Conclusion);
        Assert.Contains("this change would have said of tiny-ops@1.0.0: **PASS**; recorded is PASS", same.Summary, StringComparison.Ordinal);
        Assert.Contains("## What each gate needs", same.Summary, StringComparison.Ordinal);
        Assert.Contains("| exact\\_match\\@\u200bgolden | min 0.75, max\\_drop 0.1 | 8 |", same.Summary, StringComparison.Ordinal);
        Assert.Contains("# tiny-ops@1.0.0: PASS", same.Summary, StringComparison.Ordinal);

        CheckRun tighter = await Check(loop, (Gates, LoopFixture.Policy.Replace("max: 500", "max: 0.001", StringComparison.Ordinal)));
        Assert.Equal(Conclusion.Failure, tighter.Conclusion);
        Assert.StartsWith("this change would have said of tiny-ops@1.0.0: FAIL", tighter.Title, StringComparison.Ordinal);
        Assert.Equal(Outcome.Pass, (await loop.Get<EvidenceStore>().ReadReport(await loop.Release("1.0.0"), default))!.Outcome);
    }

    [Fact]
    public async Task Gates_that_would_have_let_a_refused_version_through_need_a_person()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Inference.Broken.Add("1.1.0");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Refused);
        CheckRun looser = await Check(loop, (Gates, "datasets: { golden: eval/golden.jsonl }\ngates: [{ metric: error_rate, max: 1 }]\n"));
        Assert.Equal(Conclusion.ActionRequired, looser.Conclusion);
        Assert.Contains("tiny-ops@1.1.0: **PASS**; recorded is FAIL", looser.Summary, StringComparison.Ordinal);
        CheckRun same = await Check(loop, (Gates, LoopFixture.Policy + "# a comment\n"));
        Assert.Equal(Conclusion.Neutral, same.Conclusion);
    }

    [Theory]
    [InlineData("Tidy up", Conclusion.Failure)]
    [InlineData("Tidy up\n\nLifts-Quarantine: bbbb", Conclusion.Failure)]
    [InlineData("Tidy up\n\nLifts-Quarantine: aaaa", Conclusion.ActionRequired)]
    public async Task Who_lifts_a_quarantine_says_so(string text, Conclusion conclusion)
    {
        using LoopFixture loop = new();
        const string Two = "digests:\n  - digest: aaaa\n  - digest: bbbb\n";
        loop.Git.Person(Slots.QuarantinePath, Two);
        int number = loop.Reviews.Propose(text, (Slots.QuarantinePath, "digests:\n  - digest: bbbb\n  - digest: cccc\n"));
        await loop.Get<CheckPullRequest>().Handle(number, default);
        CheckRun check = Assert.Single(loop.Reviews.Checks);
        Assert.Equal(("llmops/quarantine.yaml", conclusion), (check.Name, check.Conclusion));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("digests: 5")]
    public async Task A_quarantine_that_cannot_be_read_fails(string? text)
    {
        using LoopFixture loop = new();
        await loop.Get<CheckPullRequest>().Handle(loop.Reviews.Propose("x", (Slots.QuarantinePath, text)), default);
        Assert.Equal(Conclusion.Failure, Assert.Single(loop.Reviews.Checks).Conclusion);
    }

    [Fact]
    public async Task A_model_with_traffic_is_not_removed()
    {
        using LoopFixture loop = new();
        (string, string?)[] gone = [(Gates, null), (Route, null), (Green, null), ("apps/tiny-ops/blue.yaml", null)];
        Assert.Equal(Conclusion.ActionRequired, (await Check(loop, gone)).Conclusion);
        await loop.FirstChampion();
        Assert.Equal(Conclusion.Failure, (await Check(loop, gone)).Conclusion);
    }

    [Theory]
    [InlineData(20, 20, null)]
    [InlineData(21, 21, Conclusion.Neutral)]
    [InlineData(201, 21, Conclusion.Failure)]
    public async Task Beyond_twenty_models_one_check_stands_for_the_others(int models, int checks, Conclusion? others)
    {
        using LoopFixture loop = new();
        await loop.Get<CheckPullRequest>().Handle(loop.Reviews.Propose("Change", Enumerable.Range(0, models).SelectMany(i => Model(loop, $"m{i:D4}"))), default);
        Assert.Equal(checks, loop.Reviews.Checks.Count);
        CheckRun? summary = loop.Reviews.Checks.SingleOrDefault(check => check.Name == "llmops/other.models");
        Assert.Equal(others, summary?.Conclusion);
        Assert.Equal(others is not null, summary?.Summary.Contains("`m0020`: no evidence is stored yet", StringComparison.Ordinal) == true);
        Assert.Equal(models > 200, summary?.Title == "1 more models were not looked at: a change of more than 200 models is to be split");
    }

    [Fact]
    public async Task The_check_of_the_others_is_as_bad_as_the_worst_of_them_and_names_it()
    {
        using LoopFixture loop = new();
        IEnumerable<(string, string?)> files = Enumerable.Range(0, 30).SelectMany(i => Model(loop, $"m{i:D4}"));
        await loop.Get<CheckPullRequest>().Handle(loop.Reviews.Propose("Change", files.Where(file => file.Item1 != "apps/m0025/route.yaml")), default);
        CheckRun others = loop.Reviews.Checks.Single(check => check.Name == "llmops/other.models");
        Assert.Equal((Conclusion.Failure, "m0025: apps/m0025/route.yaml is missing"), (others.Conclusion, others.Title));
        Assert.All(loop.Reviews.Checks.Where(check => check != others), check => Assert.Equal(Conclusion.Neutral, check.Conclusion));
    }

    private static IEnumerable<(string Path, string? Text)> Model(LoopFixture loop, string model) =>
        new[] { "gates.yaml", "route.yaml", "blue.yaml", "green.yaml", "eval/golden.jsonl", "eval/safety.jsonl" }
            .Select(file => ($"apps/{model}/{file}", (string?)loop.Git.Text($"apps/tiny-ops/{file}").Replace("tiny-ops", model, StringComparison.Ordinal)));

    private static async Task<CheckRun> Check(LoopFixture loop, params (string Path, string? Text)[] files)
    {
        int number = loop.Reviews.Propose("Change", files);
        await loop.Get<CheckPullRequest>().Handle(number, default);
        string head = loop.Reviews.All[number - 1].HeadSha;
        return loop.Reviews.Checks.Last(check => check.Sha == head && check.Name is not "llmops/other");
    }

    private static string Weights(LoopFixture loop, RouteManifest weights) => weights.WriteTo("tiny-ops", Route, loop.Git.Text(Route));

    // The refused version still stands in the emptied slot: to ship it is to change the slot, so it begins with none.
    private static string Ended(LoopFixture loop, string path)
    {
        loop.Git.Person(path, text => new SlotManifest("", "", 0).WriteTo(path, text));
        return loop.Git.Text(path);
    }
}
