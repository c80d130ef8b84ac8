using System.Globalization;
using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Cluster.Pods;

/// <summary>The machine that pods run on: how a template becomes a process here, and what all pods share.</summary>
internal sealed class Node(ClusterSettings settings, ProcessRegister register, ProbeRounds probes, Chance chance, TimeProvider clock)
{
    private int started;

    /// <summary>Processes started since the cluster did, restarts included.</summary>
    public int Started => Volatile.Read(ref started);

    public TimeProvider Clock => clock;

    public ProbeRounds Probes => probes;

    public Chance Chance => chance;

    /// <summary>What scheduling and pulling an image take before a process starts.</summary>
    public TimeSpan StartDelay => settings.StartDelay;

    /// <summary>The longest that a change of endpoints takes to reach the gateway.</summary>
    public TimeSpan EndpointDelay => settings.EndpointDelay;

    /// <summary>A pod keeps its port over restarts, unless somebody took it meanwhile.</summary>
    public static int Port(int previous) => LoopbackPort.CanListen(previous) ? previous : LoopbackPort.Free();

    public string LogFile(string pod) => Path.Combine(settings.Home, "logs", pod + ".log");

    public ChildProcess Launch(PodTemplate template, string pod, int port)
    {
        Interlocked.Increment(ref started);
        string[] arguments =
        [
            .. settings.ServerCommand,
            "--model-dir", Path.Combine(settings.Models, template.Model, template.Version),
            "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            .. template.Arguments,
        ];
        return ChildProcess.Start(new(arguments, LogFile(pod)) { Environment = Environment(template) }, register);
    }

    private Dictionary<string, string?> Environment(PodTemplate template) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = settings.Development ? "Development" : "Production",
        ["DOTNET_ENVIRONMENT"] = null,
        ["ASPNETCORE_URLS"] = null,
        ["LLMOPS_MODEL"] = template.Model,
        ["LLMOPS_MODEL_VERSION"] = template.Version,
        ["LLMOPS_MODEL_DIGEST"] = template.Digest,
    };
}
