using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;
using LlmOps.Ports;

namespace LlmOps.Tests.ControlPlane.Kubernetes;

public sealed class FluxStatusTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 22, 10, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("kustomization-ready.json", "363a6a8fe6a7f13e05d34c163b0ef02a777da20a")]
    [InlineData("kustomization-failed.json", "363a6a8fe6a7f13e05d34c163b0ef02a777da20a")]
    [InlineData("kustomization-reconciling.json", "132f4e719209eb10b9485302f8593fc0e680f4fc")]
    public void The_revision_is_the_last_that_was_applied_whole(string file, string sha) => Assert.Equal(sha, FluxStatus.AppliedRevision(Documents.Read(file)));

    [Fact]
    public void Nothing_is_applied_before_the_first_revision() => Assert.Null(FluxStatus.AppliedRevision(JsonElement.Parse("""{ "status": { "conditions": [] } }""")));

    [Theory]
    [InlineData("latest@sha256:0c1b2f6f6c2b3dcfbd7e4bd4d5ad6cf9f7fdd7ee9b2ab0a3ad7ea3f5c0a4a2d1")]
    [InlineData("main/363a6a8fe6a7f13e05d34c163b0ef02a777da20a")]
    [InlineData("main@sha1:363a6a8")]
    public void A_revision_without_a_commit_is_an_error_and_not_a_wait(string revision) =>
        Assert.Throws<ApiRefusedException>(() => FluxStatus.AppliedRevision(Documents.Read("kustomization-ready.json", node => node["status"]!["lastAppliedRevision"] = revision)));

    [Theory]
    [InlineData("sha1:363a6a8fe6a7f13e05d34c163b0ef02a777da20a")]
    [InlineData("refs/heads/a@b@sha1:363a6a8fe6a7f13e05d34c163b0ef02a777da20a")]
    public void A_reference_may_be_of_any_form(string revision) => Assert.Equal(
        "363a6a8fe6a7f13e05d34c163b0ef02a777da20a",
        FluxStatus.AppliedRevision(Documents.Read("kustomization-ready.json", node => node["status"]!["lastAppliedRevision"] = revision)));

    [Theory]
    [InlineData("kustomization-ready.json", false)]
    [InlineData("kustomization-failed.json", false)]
    [InlineData("kustomization-reconciling.json", true)]
    public void It_applies_while_it_progresses_and_not_while_it_waits_for_its_next_try(string file, bool applying) =>
        Assert.Equal(applying, FluxStatus.IsApplying(Documents.Read(file)));

    [Fact]
    public void The_source_is_where_the_kustomization_says()
    {
        Assert.Equal("get gitrepositories.source.toolkit.fluxcd.io llmops in flux-system", FluxStatus.Source(Documents.Read("kustomization-ready.json"), "flux-system").ToString());
        Assert.Equal("get ocirepositories.source.toolkit.fluxcd.io llmops in gitops", FluxStatus.Source(Documents.Read("kustomization-reconciling.json"), "flux-system").ToString());
        JsonElement bucket = Documents.Read("kustomization-ready.json", node => node["spec"]!["sourceRef"]!["kind"] = "Bucket");
        Assert.Contains("Bucket", Assert.Throws<ApiRefusedException>(() => FluxStatus.Source(bucket, "flux-system")).Message);
    }

    [Fact]
    public void A_source_has_fetched_when_it_handled_the_request_and_is_ready()
    {
        const string Mark = "2026-08-22T10:00:00.0000000+00:00#1";
        Assert.True(FluxStatus.HasFetched(Documents.Read("gitrepository.json"), Mark));
        Assert.False(FluxStatus.HasFetched(Documents.Read("gitrepository.json"), Mark + "2"));
        Assert.False(FluxStatus.HasFetched(Documents.Read("gitrepository.json", node => node["status"]!["conditions"]![0]!["status"] = "False"), Mark));
        Assert.Equal("""{"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"now"}}}""", FluxStatus.Request("now").ToJsonString());
    }

    [Fact]
    public void What_keeps_Git_from_being_applied_is_told_on_one_line()
    {
        Assert.Empty(FluxStatus.Problems(Documents.Read("kustomization-ready.json"), Now));
        ClusterEvent failed = Assert.Single(FluxStatus.Problems(Documents.Read("kustomization-failed.json"), Now));
        Assert.Equal(("BuildFailed", new DateTimeOffset(2026, 8, 22, 10, 2, 1, TimeSpan.Zero)), (failed.Reason, failed.At));
        Assert.Contains("mapping values are not allowed", failed.Message);
        Assert.DoesNotContain('\n', failed.Message);
        JsonElement suspended = Documents.Read("kustomization-ready.json", node => node["spec"]!["suspend"] = true);
        Assert.Equal(("Suspended", Now), (FluxStatus.Problems(suspended, Now).Single().Reason, FluxStatus.Problems(suspended, Now).Single().At));
    }

    [Fact]
    public void The_first_model_suspends_and_the_last_one_given_back_lets_go()
    {
        JsonElement free = Documents.Read("kustomization-ready.json");
        JsonObject first = FluxSuspension.Suspend(free, "tiny-ops")!;
        Assert.Equal("""{"metadata":{"resourceVersion":"48211","annotations":{"llmops.dev/past-git":"tiny-ops"}},"spec":{"suspend":true}}""", first.ToJsonString());
        JsonElement one = Merged(free, first);
        Assert.Null(FluxSuspension.Suspend(one, "tiny-ops"));
        Assert.True(FluxSuspension.IsLast(one, "tiny-ops"));
        JsonElement two = Merged(one, FluxSuspension.Suspend(one, "chat")!);
        Assert.False(FluxSuspension.IsLast(two, "chat"));
        JsonObject given = FluxSuspension.Resume(two, "tiny-ops")!;
        Assert.Equal("""{"metadata":{"resourceVersion":"48211","annotations":{"llmops.dev/past-git":"chat"}}}""", given.ToJsonString());
        JsonElement left = Merged(two, given);
        Assert.Null(FluxSuspension.Resume(left, "tiny-ops"));
        Assert.Equal(
            """{"metadata":{"resourceVersion":"48211","annotations":{"llmops.dev/past-git":null,"llmops.dev/suspended-before":null}},"spec":{"suspend":false}}""",
            FluxSuspension.Resume(left, "chat")!.ToJsonString());
    }

    [Fact]
    public void What_a_person_suspended_stays_suspended()
    {
        JsonElement suspended = Documents.Read("kustomization-ready.json", node => node["spec"]!["suspend"] = true);
        Assert.Null(FluxSuspension.Resume(suspended, "tiny-ops"));
        JsonElement both = Merged(suspended, FluxSuspension.Suspend(suspended, "tiny-ops")!);
        Assert.Null(FluxSuspension.Resume(both, "tiny-ops")!["spec"]);
    }

    [Fact]
    public void What_a_person_let_go_is_suspended_again_for_who_asks_anew()
    {
        JsonElement owed = Documents.Read("kustomization-ready.json", node => node["metadata"]!["annotations"] = new JsonObject { ["llmops.dev/past-git"] = "tiny-ops" });
        Assert.True((bool)FluxSuspension.Suspend(owed, "tiny-ops")!["spec"]!["suspend"]!);
    }

    private static JsonElement Merged(JsonElement kustomization, JsonObject patch) => Documents.Changed(kustomization, node =>
    {
        foreach ((string name, JsonNode? value) in (JsonObject)patch["metadata"]!["annotations"]!)
        {
            node["metadata"]!["annotations"]![name] = value?.DeepClone();
        }
        node["spec"]!["suspend"] = patch["spec"]?["suspend"]?.DeepClone() ?? node["spec"]!["suspend"]?.DeepClone();
    });
}
