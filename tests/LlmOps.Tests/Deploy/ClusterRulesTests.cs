using LlmOps.Tests.LocalHost.Monitoring;
using LlmOps.Tests.Requirements;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Deploy;

/// <summary>The rules for a cluster: valid, firing where they should and silent where they should.</summary>
public sealed class ClusterRulesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rules-").FullName;

    public ClusterRulesTests()
    {
        foreach (string file in Rules.Files) Rules.Write(file, folder);
    }

    public static TheoryData<string> Examples => [.. Directory.EnumerateFiles(Repository.At("tests/LlmOps.Tests/Deploy/rules"), "*.test.yaml").Select(file => Path.GetFileName(file))];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [RequiresFact(Tool.Promtool)]
    public Task Rules_are_valid() => Promtool.Check("", ["check", "rules", .. Rules.Files.Select(file => Path.Combine(folder, file))]);

    [RequiresTheory(Tool.Promtool)]
    [MemberData(nameof(Examples))]
    public async Task Rules_alert_on_what_their_examples_say(string examples)
    {
        File.Copy(Repository.At("tests/LlmOps.Tests/Deploy/rules", examples), Path.Combine(folder, examples));
        await Promtool.Check("", "test", "rules", Path.Combine(folder, examples));
    }

    [Fact]
    public void Each_alert_has_an_example_that_fires_and_one_that_stays_silent()
    {
        List<YamlNode> examples = [.. Directory.EnumerateFiles(Repository.At("tests/LlmOps.Tests/Deploy/rules"), "*.test.yaml")
            .SelectMany(file => Template.Documents(File.ReadAllText(file))).SelectMany(document => Template.At(document, "tests", "*", "alert_rule_test", "*"))];
        foreach (string name in Rules.Files.SelectMany(Rules.In).Select(rule => Rules.Text(rule, "alert")).OfType<string>())
        {
            List<bool> fires = [.. examples.Where(example => example["alertname"].ToString() == name).Select(example => Template.At(example, "exp_alerts", "*").Any())];
            Assert.True(fires.Contains(true) && fires.Contains(false), $"{name} needs an example in which it fires and one in which it does not");
        }
    }

    // The route to the control plane takes what names a model, unless it says that it is for people.
    [Fact]
    public void What_rolls_back_names_the_release_and_nothing_else_does()
    {
        foreach (string file in Rules.Files)
        {
            foreach (YamlNode alert in Rules.In(file).Where(rule => Rules.Text(rule, "alert") is not null))
            {
                bool rollsBack = Rules.Text(alert, "labels", "rollback") != "false";
                Assert.Equal(file == "rules-rollback.yaml", rollsBack);
                Assert.True(!rollsBack || Rules.Text(alert, "expr")!.Contains("by (model, slot, version", StringComparison.Ordinal)
                    || Rules.Text(alert, "expr")!.Contains("llmops:gateway_latency_ms", StringComparison.Ordinal));
            }
        }
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task Alertmanager_takes_its_configuration()
    {
        YamlMappingNode secret = Assert.Single(Template.Documents(Template.Fill(Repository.Text($"{Template.Root}/monitoring/kubernetes/alertmanager.yaml"), "production")));
        string file = Path.Combine(folder, "alertmanager.yaml");
        await File.WriteAllTextAsync(file, secret["stringData"]["alertmanager.yaml"].ToString());
        (int exitCode, string output) = await Command.Run("amtool", ["check-config", file]);
        Assert.True(exitCode == 0, output);
        Assert.Equal("llmops,people", await Route(file, "alertname=LlmErrorRateHigh", "model=chat", "severity=critical"));
        Assert.Equal("people", await Route(file, "alertname=LlmQueueFull", "model=chat", "rollback=false"));
        Assert.Equal("people", await Route(file, "alertname=KubePodCrashLooping"));
        Assert.Equal("nobody", await Route(file, "alertname=Watchdog"));
    }

    private static async Task<string> Route(string file, params string[] labels)
    {
        (int exitCode, string output) = await Command.Run("amtool", ["config", "routes", "test", $"--config.file={file}", .. labels]);
        Assert.True(exitCode == 0, output);
        return output.Split('\n')[0];   // below it, a warning
    }
}
