using LlmOps.Tests.Requirements;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Deploy;

/// <summary>What Flux would apply: built by Kustomize, checked against the schemas of Kubernetes and of the controllers.</summary>
public sealed class ManifestTests
{
    public static TheoryData<string> Folders => [.. Template.Applied];

    public static TheoryData<string> Overlays => ["production", "staging", "alternatives/mig", "alternatives/gpu-shared", "alternatives/fetch", "alternatives/istio"];

    [RequiresTheory(Tool.Kustomize, Tool.ManifestSchemas)]
    [MemberData(nameof(Folders))]
    public async Task Every_object_is_valid_and_has_no_unknown_field(string folder)
    {
        string built = Template.Fill(await Template.Build(folder), folder.Contains("staging", StringComparison.Ordinal) ? "staging" : "production");
        (int exitCode, string output) = await Check(built);
        Assert.True(exitCode == 0, output);
    }

    [RequiresTheory(Tool.ManifestSchemas)]
    [InlineData("replicas: 0", "replika: 0", "Deployment.spec.replika: unknown field")]
    [InlineData("failureThreshold: 2", "failureTreshold: 2", "Deployment.spec.template.spec.containers[0].readinessProbe.failureTreshold: unknown field")]
    [InlineData("weight: 0", "weight: all", "weight must be integer")]
    [InlineData("kind: PodDisruptionBudget", "kind: PodDisruptionBuget", "PodDisruptionBuget")]
    [InlineData("maxUnavailable: 1", "maxUnavailable: [1]", "maxUnavailable")]
    public async Task A_fault_in_a_manifest_is_found(string old, string now, string fault)
    {
        string text = string.Join("\n---\n", new[] { "apps/tiny-ops/blue.yaml", "apps/tiny-ops/route.yaml", "apps/tiny-ops/disruption.yaml" }
            .Select(file => Repository.Text($"{Template.Root}/{file}")));
        Assert.Contains(old, text, StringComparison.Ordinal);
        (int exitCode, string output) = await Check(text.Replace(old, now, StringComparison.Ordinal));
        Assert.Equal(1, exitCode);
        Assert.Contains(fault, output, StringComparison.Ordinal);
    }

    [RequiresTheory(Tool.Kustomize)]
    [MemberData(nameof(Overlays))]
    public async Task No_server_runs_with_rights_that_it_does_not_need(string overlay)
    {
        List<YamlNode> pods = [.. await Pods(overlay)];
        Assert.True(pods.Count >= 2);
        foreach (YamlNode pod in pods)
        {
            Assert.Equal("false", One(pod, "automountServiceAccountToken"));
            Assert.Equal("true", One(pod, "securityContext", "runAsNonRoot"));
            Assert.Equal("RuntimeDefault", One(pod, "securityContext", "seccompProfile", "type"));
            Assert.Equal("true", One(pod, "containers", "*", "securityContext", "readOnlyRootFilesystem"));
            Assert.Equal("false", One(pod, "containers", "*", "securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("ALL", One(pod, "containers", "*", "securityContext", "capabilities", "drop", "*"));
            Assert.NotEmpty(Template.At(pod, "containers", "*", "resources", "limits", "memory"));
            Assert.Equal("900", One(pod, "containers", "*", "startupProbe", "failureThreshold"));
            Assert.Equal("2", One(pod, "containers", "*", "startupProbe", "periodSeconds"));
        }
    }

    [RequiresTheory(Tool.Kustomize)]
    [MemberData(nameof(Overlays))]
    public async Task A_variable_is_made_of_variables_before_it(string overlay)
    {
        foreach (YamlNode pod in await Pods(overlay))
        {
            HashSet<string> known = [];
            foreach (YamlNode variable in Template.At(pod, "containers", "*", "env", "*"))
            {
                string value = string.Concat(Template.At(variable, "value"));
                Assert.All(value.Split("$(").Skip(1), part => Assert.Contains(part.Split(')')[0], known));
                known.Add(variable["name"].ToString());
            }
            Assert.Superset(new HashSet<string> { "LLMOPS_MODEL_DIR", "LLMOPS_MODEL", "LLMOPS_MODEL_VERSION", "LLMOPS_MODEL_DIGEST" }, known);
        }
    }

    // A rollback is applied with all that stands beside it: what a cluster may not know would hold it back.
    [RequiresTheory(Tool.Kustomize)]
    [InlineData("production")]
    [InlineData("staging")]
    public async Task On_the_way_of_a_rollback_stand_only_kinds_that_every_cluster_knows(string overlay) => Assert.Subset(
        new HashSet<string> { "Deployment", "Service", "PodDisruptionBudget", "HTTPRoute" },
        Template.Documents(await Template.Build(overlay)).Select(document => document["kind"].ToString()).ToHashSet());

    // A namespace set in an overlay would take along what belongs elsewhere.
    [RequiresTheory(Tool.Kustomize)]
    [InlineData("production/platform")]
    [InlineData("staging/platform")]
    public async Task The_platform_lies_in_the_namespace_of_the_models(string overlay)
    {
        foreach (YamlMappingNode found in Template.Documents(await Template.Build(overlay)).Where(found => found["kind"].ToString() is not ("Namespace" or "PersistentVolume")))
        {
            Assert.Equal("llmops", One(found, "metadata", "namespace"));
        }
    }

    [RequiresFact(Tool.Kustomize)]
    public async Task What_comes_on_top_of_a_slot_runs_what_the_slot_runs()
    {
        IReadOnlyList<YamlMappingNode> all = Template.Documents(await Template.Build("production"));
        YamlNode Deployment(string name) => all.Single(found => found["kind"].ToString() == "Deployment" && found["metadata"]["name"].ToString() == name);
        foreach (string slot in (string[])["blue", "green"])
        {
            (YamlNode own, YamlNode burst) = (Deployment($"tiny-ops-{slot}"), Deployment($"tiny-ops-{slot}-burst"));
            Assert.Equal(own["spec"]["template"]["spec"], burst["spec"]["template"]["spec"]);
            Assert.Equal(own["spec"]["template"]["metadata"]["annotations"], burst["spec"]["template"]["metadata"]["annotations"]);
            Assert.Empty(Template.At(burst, "spec", "replicas"));
        }
    }

    private static Task<(int ExitCode, string Output)> Check(string objects) =>
        Command.Run("node", ["check-manifests.mjs"], objects, Repository.At("tests/LlmOps.Tests/Deploy"));

    private static async Task<IEnumerable<YamlNode>> Pods(string overlay) => Template.Documents(await Template.Build(overlay))
        .Where(document => document["kind"].ToString() == "Deployment").Select(deployment => deployment["spec"]["template"]["spec"]);

    private static string One(YamlNode node, params string[] path) => Assert.Single(Template.At(node, path)).ToString();
}
