using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Tests.Deploy;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Infra;

/// <summary>What docs/install.md names is what the templates and the manifests call so.</summary>
public sealed partial class InstallGuideTests
{
    private static readonly string Guide = Repository.Text("docs/install.md");

    [Fact]
    public void Every_secret_that_the_cluster_asks_the_vault_for_is_put_there_first()
    {
        string[] asked = [.. Directory.EnumerateFiles(Repository.At(Template.Root, "secrets"), "*.yaml").SelectMany(file => AskedSecret().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)];
        Assert.Contains("gitops-password", asked);
        string put = Section("## 2. The secrets", "## 3. The cluster").Split("*See that it worked:*")[0];
        Assert.All(asked, name => Assert.Matches($@"(in|secret|--name)( [\w-]+)* {Regex.Escape(name)}\b", put.Replace("\\\n", "", StringComparison.Ordinal)));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void An_output_that_is_asked_for_exists()
    {
        string[] outputs = [.. BicepFile.Of("main.bicep").Outputs.Select(output => output.Name)];
        string[] asked = [.. Output().Matches(Guide).Select(match => match.Groups[1].Value).Concat(NamedOutput().Matches(Guide).Select(match => match.Groups[1].Value)).Distinct()];
        Assert.Contains("registry", asked);
        Assert.Empty(asked.Except(outputs));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void The_cluster_s_settings_are_outputs_but_for_the_host_that_users_ask()
    {
        JsonElement told = BicepFile.Of("main.bicep").Outputs.Single(output => output.Name == "clusterSettings").Value!.Value;
        string[] names = [.. told.GetProperty("o").EnumerateObject().Select(member => member.Name).Append("INFERENCE_HOST").Order(StringComparer.Ordinal)];
        Assert.Equal(names, Template.Settings("production").Keys.Order(StringComparer.Ordinal));
        Assert.Equal(names, Template.Settings("staging").Keys.Order(StringComparer.Ordinal));
    }

    // Else the control plane would commit to a branch that the cluster does not follow.
    [RequiresTheory(Tool.InfraReaders)]
    [InlineData("dev", "staging")]
    [InlineData("prod", "production")]
    public void A_cluster_follows_the_branch_that_its_control_plane_commits_to(string environment, string cluster)
    {
        BicepFile file = BicepFile.Of($"{environment}.bicepparam");
        string Given(string parameter, string member) => file.Variables.Single(variable => variable.Name == parameter).Value.GetProperty("o").GetProperty(member).GetProperty("s").GetString()!;
        string followed = Template.Documents(Repository.Text($"{Template.Root}/clusters/{cluster}/flux.yaml"))
            .Single(found => found["kind"].ToString() == "GitRepository")["spec"]["ref"]["branch"].ToString();
        Assert.Equal((followed, followed, $"./clusters/{cluster}"), (Given("gitHub", "branch"), Given("source", "branch"), Given("source", "path")));
    }

    [Fact]
    public void The_addresses_that_the_functions_ask_are_those_of_services_in_the_cluster()
    {
        string gateway = Repository.Text($"{Template.Root}/base/gateway.yaml");
        string prometheus = Repository.Text($"{Template.Root}/monitoring/kubernetes/prometheus-address.yaml");
        foreach (Match asked in Address().Matches(Guide))
        {
            string name = asked.Groups[2].Value;
            bool known = asked.Groups[1].Value == "llmops"
                ? gateway.Contains($"name: {name.Replace("-istio", "", StringComparison.Ordinal)}\n", StringComparison.Ordinal)
                : prometheus.Contains($"name: {name}\n", StringComparison.Ordinal);
            Assert.True(known, $"the guide asks for the Service {name}");
        }
        string release = Template.Documents(Repository.Text($"{Template.Root}/monitoring/kubernetes/prometheus.yaml")).Single()["spec"]["values"]["fullnameOverride"].ToString();
        Assert.Contains($"statefulset.kubernetes.io/pod-name: prometheus-{release}-prometheus-0", prometheus, StringComparison.Ordinal);
        Assert.Contains("LLMOPS_PROMETHEUS_ADDRESS=http://prometheus.llm.internal:9090", Guide, StringComparison.Ordinal);
        Assert.Contains("- { name: http-web, port: 9090,", prometheus, StringComparison.Ordinal);
        Assert.Contains("LLMOPS_SLOT_ADDRESS='http://{slot}.{model}.llm.internal'", Guide, StringComparison.Ordinal);
        Assert.Contains("hostnames: [blue.tiny-ops.llm.internal]", Repository.Text($"{Template.Root}/apps/tiny-ops/slots.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_manifest_names_the_image_that_the_workflow_publishes()
    {
        string[] images = [.. Directory.EnumerateFiles(Repository.At(Template.Root), "*.yaml", SearchOption.AllDirectories).SelectMany(file => Image().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(2, images.Length);
        Assert.Equal(images[0] + "-gpu", images[1]);
        Assert.Contains($"newTag: {images[1]}", Repository.Text($"{Template.Root}/components/gpu/kustomization.yaml"), StringComparison.Ordinal);
        Assert.Contains("suffix: -gpu", Repository.Text(".github/workflows/container.yml"), StringComparison.Ordinal);
        Assert.Contains($"inference:{images[0]} ", Guide, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_is_built_anew_when_what_it_copies_changes()
    {
        string[] copied = [.. Repository.Text("inference/Dockerfile").Split('\n').Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).Where(path => path != ".editorconfig")];
        string[] paths = [.. Quoted().Matches(Repository.Text(".github/workflows/container.yml").Split('\n').First(line => line.TrimStart().StartsWith("paths:", StringComparison.Ordinal)))
            .Select(match => match.Groups[1].Value)];
        Assert.All(copied, path => Assert.Contains(paths, pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern.Replace("**", "*", StringComparison.Ordinal), path, ignoreCase: false)));
    }

    private static string Section(string from, string to) => Guide.Split(from)[1].Split(to)[0];

    [GeneratedRegex(@"key: ([a-z-]+) \}")]
    private static partial Regex AskedSecret();

    [GeneratedRegex(@"\(out (\w+)")]
    private static partial Regex Output();

    [GeneratedRegex(@"properties\.outputs\.(\w+)")]
    private static partial Regex NamedOutput();

    [GeneratedRegex(@"\(address ([\w-]+) ([\w-]+)\)")]
    private static partial Regex Address();

    [GeneratedRegex(@"ghcr\.io/llmopsfunctions/inference:(\S+)")]
    private static partial Regex Image();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();
}
