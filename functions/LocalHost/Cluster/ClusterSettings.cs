namespace LlmOps.LocalHost.Cluster;

/// <summary>What a process cluster is started with.</summary>
internal sealed record ClusterSettings
{
    /// <summary>The folder for its files: logs, process register, `cluster.json`.</summary>
    public required string Home { get; init; }

    /// <summary>The bare Git repository whose `main` it follows.</summary>
    public required string Repository { get; init; }

    /// <summary>The folder of MODEL/VERSION folders.</summary>
    public required string Models { get; init; }

    /// <summary>The inference server: a program, and its first arguments if any.</summary>
    public required IReadOnlyList<string> ServerCommand { get; init; }

    /// <summary>The API's port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The gateway's port on loopback; 0 takes a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>Repeats the order and the delays of a run; null: another each time.</summary>
    public int? Seed { get; init; }

    /// <summary>What scheduling a pod and pulling its image take.</summary>
    public TimeSpan StartDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How often Git is looked at without being asked.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between two objects of one commit.</summary>
    public TimeSpan ObjectDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The longest that a change of endpoints takes to reach the gateway.</summary>
    public TimeSpan EndpointDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether servers run in development, where they can be made to fail.</summary>
    public bool Development { get; init; }

    /// <summary>The process without which the cluster ends, unless another one calls its API; null: it stays.</summary>
    public int? ParentPid { get; init; }

    /// <summary>How long the parent must be gone, and the API quiet, before the cluster ends.</summary>
    public TimeSpan OrphanedFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long pods may take to end when the cluster itself is stopped.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(15);
}
