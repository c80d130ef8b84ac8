using System.Diagnostics;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>A bare repository with the shipped manifests, and a clone in which a test commits as a control plane would.</summary>
internal sealed class GitOpsRepository
{
    private readonly string clone;

    public GitOpsRepository(string folder)
    {
        Bare = Path.Combine(folder, "gitops.git");
        clone = Path.Combine(folder, "clone");
        Git(folder, "init", "--quiet", "--bare", "--initial-branch=main", Bare);
        Git(folder, "clone", "--quiet", Bare, clone);
        foreach (string file in new[] { "blue", "green", "route" })
        {
            Edit($"{file}.yaml", _ => File.ReadAllText(Path.Combine(Repository.Root, "inference/deploy/apps/tiny-ops", $"{file}.yaml")));
        }
    }

    public string Bare { get; }

    public GitOpsRepository Slot(string slot, string version, int replicas = 1) => Edit($"{slot}.yaml", text =>
    {
        text = Replace(text, "replicas: ", replicas.ToString());
        text = Replace(text, "llmops.dev/version: ", $"\"{version}\"");
        return Replace(text, "llmops.dev/digest: ", $"\"sha256:{version}\"");
    });

    public GitOpsRepository Weights(int blue, int green) => Edit("route.yaml", text =>
    {
        string[] parts = text.Split("- name: tiny-ops-green");
        return Replace(parts[0], "weight: ", blue.ToString()) + "- name: tiny-ops-green" + Replace(parts[1], "weight: ", green.ToString());
    });

    public GitOpsRepository Edit(string file, Func<string, string> edit)
    {
        string path = Path.Combine(clone, "apps/tiny-ops", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, edit(File.Exists(path) ? File.ReadAllText(path) : ""));
        return this;
    }

    public void Remove() => Directory.Delete(Path.Combine(clone, "apps"), recursive: true);

    public string Commit(string subject = "change")
    {
        Git(clone, "add", "-A");
        Git(clone, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--allow-empty", "-m", subject);
        Git(clone, "push", "--quiet", "origin", "HEAD:main");
        return Git(clone, "rev-parse", "HEAD").Trim();
    }

    private static string Replace(string text, string key, string value) => string.Join('\n', text.Split('\n').Select(line =>
        line.TrimStart().StartsWith(key) ? line[..(line.IndexOf(key) + key.Length)] + value : line));

    private static string Git(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
