using System.Text.Json.Nodes;
using LlmOps.FunctionApp.Adapters.Kubernetes;
using LlmOps.Kubernetes;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>The adapter before a fake API server, wired as the app wires it; at its end each call must be one that the shipped roles allow.</summary>
internal sealed class KubernetesUnderTest : IAsyncDisposable
{
    private ServiceProvider services = new ServiceCollection().BuildServiceProvider();

    private KubernetesUnderTest(MemoryGit? git)
    {
        Git = git ?? new MemoryGit(Clock);
        Deployments = new FakeDeployments(Api);
        Flux = new FakeFlux(Api, Git, Deployments);
        if (git is not null)
        {
            return;
        }
        foreach (string path in new[] { Slots.SlotPath("tiny-ops", "blue"), Slots.SlotPath("tiny-ops", "green"), Slots.RoutePath("tiny-ops") })
        {
            Git.Person(path, Repository.Text($"inference/deploy/{path}"));
        }
    }

    public FakeApiServer Api { get; } = new();

    public HurriedClock Clock { get; } = new();

    public MemoryGit Git { get; }

    public FakeDeployments Deployments { get; }

    public FakeFlux Flux { get; }

    public ICluster Cluster => services.GetRequiredService<ICluster>();

    public IClusterRoute Route => services.GetRequiredService<IClusterRoute>();

    public ReadyNodes Nodes => services.GetRequiredService<ReadyNodes>();

    /// <summary>Whether the end is without a look at the roles, where kinds are asked for that nobody has.</summary>
    public bool IgnoresRoles { get; set; }

    public static async Task<KubernetesUnderTest> Start(Func<KubernetesOptions, KubernetesOptions>? adjust = null, MemoryGit? git = null)
    {
        KubernetesUnderTest test = new(git);
        await test.Api.Start();
        test.Flux.Install();
        KubernetesOptions options = new() { Server = test.Api.Address, Timeout = TimeSpan.FromHours(1) };
        test.services = new ServiceCollection().AddSingleton<TimeProvider>(test.Clock)
            .AddKubernetes(adjust is null ? options : adjust(options))
            .AddSingleton<IClusterAccess>(new FixedAccess(test.Api.Address))
            .BuildServiceProvider();
        return test;
    }

    /// <summary>Commits a version to a slot.</summary>
    public string Stage(string slot, string version, int replicas = 1)
    {
        string path = Slots.SlotPath("tiny-ops", slot);
        Git.Person(path, text => new SlotManifest(version, Digest(version), replicas).WriteTo(path, text));
        return Git.HeadSha;
    }

    public string Weigh(int blue, int green)
    {
        string path = Slots.RoutePath("tiny-ops");
        Git.Person(path, text => new RouteManifest(blue, green).WriteTo("tiny-ops", path, text));
        return Git.HeadSha;
    }

    public static string Digest(string version) => $"sha256:{version}";

    /// <summary>The weights in the cluster.</summary>
    public (int Blue, int Green) Weights()
    {
        JsonArray backends = (JsonArray)Api.Find(ApiResource.HttpRoutes, "llmops", "tiny-ops")!["spec"]!["rules"]![0]!["backendRefs"]!;
        return ((int)backends[0]!["weight"]!, (int)backends[1]!["weight"]!);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Api.DisposeAsync();
        Assert.All(IgnoresRoles ? [] : Api.Calls, call => Assert.True(ShippedRole.Allows(call), $"{ShippedRole.Path} does not allow: {ApiRefusedException.Rule(call)} {call.Name}"));
    }
}

/// <summary>An address and a token that are known.</summary>
internal sealed class FixedAccess(Uri server) : IClusterAccess
{
    public Queue<string> Tokens { get; } = new([FakeApiServer.Token]);

    public int Found { get; private set; }

    public Task<ClusterAddress> Find(CancellationToken cancellation)
    {
        Found++;
        return Task.FromResult(new ClusterAddress(server, null));
    }

    public ValueTask<string?> Token(CancellationToken cancellation) => ValueTask.FromResult<string?>(Tokens.Count > 1 ? Tokens.Dequeue() : Tokens.Peek());
}
