using System.Text.Json;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>`llmops demo` where no Prometheus is installed: it says so and posts the alert itself.</summary>
[Collection(StoriesCollection.Name)]
public sealed class DemoWithoutPrometheusStory
{
    [Fact]
    public async Task It_posts_the_alert_itself_and_says_so()
    {
        using ScratchFolder scratch = new();
        string home = scratch["home"];
        await using Llmops demo = Llmops.Start(["demo", "--home", home, "--samples", HurriedSamples(scratch["samples"])], path: BarePath(scratch["bin"]));
        int exitCode = await demo.Ended(TimeSpan.FromMinutes(3));
        Assert.True(exitCode == 0, demo.Output);
        Assert.Contains("Prometheus and Alertmanager are not installed: the demonstration will post the alert itself", demo.Output);
        JsonElement report = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(home, "demo-report.json")));
        Assert.Equal("absent", report.GetProperty("prometheus").GetString());
        Assert.Equal(0, report.GetProperty("traffic").GetProperty("failedOutsideFault").GetInt32());
        Assert.InRange(report.GetProperty("rollback").GetProperty("secondsToRestore").GetDouble(), 0, 5);
        Assert.DoesNotContain("\u001b", demo.Output);
        Assert.Empty(Leftovers.Of(home));
    }

    /// <summary>The samples, with windows still shorter: this story is about the alert, not about the canary.</summary>
    private static string HurriedSamples(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "demo"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "models"), Repository.At("samples", "models"));
        File.Copy(Repository.At("samples", "demo", "generation_config-1.3.0.json"), Path.Combine(folder, "demo", "generation_config-1.3.0.json"));
        string policy = File.ReadAllText(Repository.At("samples", "demo", "gates.yaml"));
        string hurried = policy.Replace("steps: [5, 25, 50, 100]", "steps: [50, 100]").Replace("min_step: 3s", "min_step: 1s").Replace("guard: 15s", "guard: 5s");
        File.WriteAllText(Path.Combine(folder, "demo", "gates.yaml"), hurried);
        return folder;
    }

    /// <summary>A PATH with what the stack needs and no more.</summary>
    private static string BarePath(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string program in (string[])["sh", "git", "setsid"])
        {
            string found = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(path => Path.Combine(path, program)).First(File.Exists);
            File.CreateSymbolicLink(Path.Combine(folder, program), found);
        }
        return folder;
    }
}
