using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Tests.Requirements;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Infra;

public sealed partial class WorkflowsTests
{
    private static readonly string[] Paths = [.. Directory.EnumerateFiles(Repository.At(".github", "workflows"), "*.yml").Order(StringComparer.Ordinal)];

    [RequiresFact(Tool.InfraReaders)]
    public async Task The_linter_finds_nothing()
    {
        (int exitCode, string output) = await Command.Run("node", [Repository.At("tests", "LlmOps.Tests", "Infra", "workflows.mjs"), .. Paths]);
        Assert.True(exitCode == 0, output);
        Assert.Empty(JsonDocument.Parse(output).RootElement.EnumerateArray()
            .Select(finding => $"{Path.GetFileName(finding.GetProperty("file").GetString())}:{finding.GetProperty("line")}: {finding.GetProperty("message")}"));
    }

    [Fact]
    public void Every_action_is_pinned_to_a_commit_and_says_its_version() => Assert.Empty(Paths.SelectMany(path => Uses().Matches(File.ReadAllText(path))
        .Where(match => !Pinned().IsMatch(match.Value)).Select(match => $"{Path.GetFileName(path)}: {match.Value.Trim()}")));

    [Fact]
    public void An_action_has_one_version_everywhere() => Assert.Empty(Paths.SelectMany(path => Uses().Matches(File.ReadAllText(path)))
        .Select(match => match.Groups[1].Value).GroupBy(pin => pin.Split('@')[0], StringComparer.OrdinalIgnoreCase).Where(pins => pins.Distinct().Count() > 1).Select(pins => pins.Key));

    [Fact]
    public void Rights_are_read_only_unless_a_job_asks_for_more()
    {
        foreach (string path in Paths)
        {
            YamlMappingNode workflow = Parse(path);
            Assert.Equal(["contents: read"], Rights(workflow));
            Assert.Empty(Jobs(workflow).SelectMany(job => job.Value.Children.ContainsKey("permissions") ? Rights(job.Value) : [])
                .Except(["contents: read", "packages: write", "id-token: write", "attestations: write"]).Select(right => $"{Path.GetFileName(path)}: {right}"));
        }
    }

    [Fact]
    public void Every_job_ends_in_time_and_no_two_of_a_branch_run_at_once()
    {
        foreach (string path in Paths)
        {
            YamlMappingNode workflow = Parse(path);
            Assert.True(workflow.Children.ContainsKey("concurrency"), $"{path} has no concurrency");
            Assert.All(Jobs(workflow), job => Assert.True(job.Value.Children.ContainsKey("timeout-minutes"), $"{path}: {job.Key} has no timeout-minutes"));
        }
    }

    [Fact]
    public void No_secret_is_stored_and_no_expression_stands_in_a_script()
    {
        Assert.DoesNotContain(Paths, path => File.ReadAllText(path).Contains("secrets.", StringComparison.Ordinal));
        Assert.DoesNotContain(Paths, path => File.ReadAllText(path).Contains("pull_request_target", StringComparison.Ordinal));
        Assert.Empty(Paths.SelectMany(path => Scripts(path).Where(script => script.Contains("${{", StringComparison.Ordinal)).Select(script => $"{Path.GetFileName(path)}: {script}")));
    }

    [Fact]
    public void Credentials_of_a_checkout_are_not_kept() => Assert.All(Paths, path =>
        Assert.Equal(Regex.Count(File.ReadAllText(path), "actions/checkout@"), Regex.Count(File.ReadAllText(path), "persist-credentials: false")));

    private static YamlMappingNode Parse(string path)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(File.ReadAllText(path)));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static IEnumerable<KeyValuePair<string, YamlMappingNode>> Jobs(YamlMappingNode workflow) =>
        ((YamlMappingNode)workflow.Children["jobs"]).Select(job => KeyValuePair.Create(job.Key.ToString(), (YamlMappingNode)job.Value));

    private static IEnumerable<string> Rights(YamlMappingNode node) => ((YamlMappingNode)node.Children["permissions"]).Select(right => $"{right.Key}: {right.Value}");

    private static IEnumerable<string> Scripts(string path) => Jobs(Parse(path))
        .SelectMany(job => (YamlSequenceNode)job.Value.Children["steps"]).Cast<YamlMappingNode>()
        .Where(step => step.Children.ContainsKey("run")).Select(step => step.Children["run"].ToString());

    [GeneratedRegex(@"uses:\s*(\S+)[^\n]*")]
    private static partial Regex Uses();

    [GeneratedRegex(@"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex Pinned();
}
