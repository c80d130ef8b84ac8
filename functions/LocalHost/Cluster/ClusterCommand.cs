using System.CommandLine;
using System.Runtime.InteropServices;

namespace LlmOps.LocalHost.Cluster;

/// <summary>`llmops cluster`: the process cluster as a process of its own.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        Option<string> home = new("--home") { Required = true, Description = "Folder for logs and state" };
        Option<string> repository = new("--repository") { Required = true, Description = "Bare Git repository whose main is followed" };
        Option<string> models = new("--models") { Required = true, Description = "Folder of MODEL/VERSION folders" };
        Option<string[]> server = new("--server") { Required = true, Description = "Inference server; repeat for its first arguments" };
        Option<int> port = new("--port") { Description = "Port of the API on loopback (default: a free one)" };
        Option<int> gatewayPort = new("--gateway-port") { Description = "Port of the gateway on loopback (default: a free one)" };
        Option<int?> seed = new("--seed") { Description = "Repeats the order and the delays of a run" };
        Option<int> startDelay = new("--start-delay-ms")
        {
            DefaultValueFactory = _ => 400, Description = "What scheduling a pod takes, in milliseconds",
        };
        Option<int?> parent = new("--parent-pid") { Description = "End when this process is gone for 30 s and nobody calls the API" };
        Option<bool> development = new("--development") { Description = "Run servers in development, where they can be made to fail" };
        Command command = new("cluster", "Runs what the GitOps repository wants, as processes")
        {
            home, repository, models, server, port, gatewayPort, seed, startDelay, parent, development,
        };
        command.Hidden = true; // `up` starts it; nobody needs to.
        command.SetAction((parsed, cancellation) => RunUntilSignalled(new ClusterSettings
        {
            Home = Path.GetFullPath(parsed.GetRequiredValue(home)),
            Repository = Path.GetFullPath(parsed.GetRequiredValue(repository)),
            Models = Path.GetFullPath(parsed.GetRequiredValue(models)),
            ServerCommand = parsed.GetRequiredValue(server),
            Port = parsed.GetValue(port),
            GatewayPort = parsed.GetValue(gatewayPort),
            Seed = parsed.GetValue(seed),
            StartDelay = TimeSpan.FromMilliseconds(parsed.GetValue(startDelay)),
            ParentPid = parsed.GetValue(parent),
            Development = parsed.GetValue(development),
        }, cancellation));
        return command;
    }

    /// <summary>Its own handlers, because the parser's would end the process before the pods have ended.</summary>
    private static async Task<int> RunUntilSignalled(ClusterSettings settings, CancellationToken cancellation)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end.Cancel();
        }
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        return await RunCluster.Run(settings, end.Token);
    }
}
