using System.Globalization;
using System.Text.Json;
using LlmOps.LocalHost.Uploads;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Stories;

/// <summary>What a crash test starts from: a GitOps template with few questions and short windows, and versions to upload.</summary>
internal sealed class CrashTemplate
{
    public const string Model = "tiny-ops";

    private readonly string folder;

    private CrashTemplate(string folder) => this.folder = folder;

    public string GitOps => Path.Combine(folder, "gitops");

    /// <summary>The questions' right answers.</summary>
    public IReadOnlyDictionary<string, string> Answers { get; private init; } = new Dictionary<string, string>();

    /// <summary>Makes the template in a folder; <paramref name="minRequests"/> is what a step must have seen.</summary>
    public static CrashTemplate Make(string folder, int minRequests, string minStep, string guard, string cooldown)
    {
        string shipped = Repository.At("inference", "deploy");
        string gitOps = Path.Combine(folder, "gitops");
        string app = Path.Combine(gitOps, "apps", Model);
        Directory.CreateDirectory(Path.Combine(app, "eval"));
        File.Copy(Path.Combine(shipped, "quarantine.yaml"), Path.Combine(gitOps, "quarantine.yaml"));
        foreach (string manifest in (string[])["blue.yaml", "green.yaml", "route.yaml"])
        {
            File.Copy(Path.Combine(shipped, "apps", Model, manifest), Path.Combine(app, manifest));
        }
        List<string> golden = Questions(shipped, app, "golden", 8);
        List<string> safety = Questions(shipped, app, "safety", 2);
        File.WriteAllText(Path.Combine(app, "gates.yaml"), Gates(minRequests, minStep, guard, cooldown));
        return new CrashTemplate(folder)
        {
            Answers = golden.Concat(safety).Select(line => JsonElement.Parse(line)).ToDictionary(Prompt, Expected),
        };
    }

    /// <summary>A small version, whose model does nothing: for servers that are scripted.</summary>
    public async Task<string> Version(string version)
    {
        string made = Path.Combine(folder, version);
        Directory.CreateDirectory(made);
        foreach ((string path, byte[] bytes) in TinyVersion.Files($"the weights of {version}"))
        {
            await File.WriteAllBytesAsync(Path.Combine(made, path), bytes);
        }
        VersionFolder.Write(made, await VersionFolder.Describe(made, Model, version, default));
        return made;
    }

    /// <summary>The policy of this template; also what a person commits who changes the windows.</summary>
    public static string Gates(int minRequests, string minStep, string guard, string cooldown) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        description: short windows and few questions
        version: 1
        datasets:
          golden: eval/golden.jsonl
          safety: eval/safety.jsonl
        gates:
          - metric: accuracy@golden
            min: 0.5
            vs_champion: { max_drop: 0.3, on_inconclusive: pass_point_estimate }
          - metric: latency_ms.p95@golden
            max: 60000
        rollout:
          steps: [25, 100]
          min_requests: {{minRequests}}
          min_step: {{minStep}}
          step_deadline: 5m
          max_error_rate: 0.02
          bad_error_rate: 0.90       # a server that fails all is caught at the second burst
          false_abort: 0.01
        guard: {{guard}}
        cooldown: {{cooldown}}
        """);

    private static List<string> Questions(string shipped, string app, string name, int count)
    {
        List<string> lines = [.. File.ReadLines(Path.Combine(shipped, "apps", Model, "eval", $"{name}.jsonl")).Take(count)];
        File.WriteAllLines(Path.Combine(app, "eval", $"{name}.jsonl"), lines);
        return lines;
    }

    private static string Prompt(JsonElement question) => question.GetProperty("prompt").GetString()!;

    private static string Expected(JsonElement question) => question.GetProperty("expected").GetString()!;
}
