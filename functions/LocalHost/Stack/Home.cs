namespace LlmOps.LocalHost.Stack;

/// <summary>The folder that holds a local stack: blobs, repository, queue, secrets, logs.</summary>
internal sealed record Home(string Folder)
{
    public string Blobs => Path.Combine(Folder, "blobs");

    public string Models => Path.Combine(Blobs, "models");

    public string Repository => Path.Combine(Folder, "gitops.git");

    public string Queue => Path.Combine(Folder, "queue.db");

    public string Logs => Path.Combine(Folder, "logs");

    /// <summary>Keys and tokens, made on the first start, readable by their owner only.</summary>
    public string Secrets => Path.Combine(Folder, "secrets.json");

    /// <summary>Who is told of events; written by people, with secrets in it.</summary>
    public string Webhooks => Path.Combine(Folder, "webhooks.json");

    /// <summary>Where the process cluster says how to reach it.</summary>
    public string ClusterCard => Path.Combine(Folder, "cluster.json");

    /// <summary>Where the control plane says how to reach it.</summary>
    public string StackCard => Path.Combine(Folder, "stack.json");

    /// <summary>Held by the one control plane that runs in this folder.</summary>
    public string Lock => Path.Combine(Folder, "stack.lock");

    public string DemoReport => Path.Combine(Folder, "demo-report.json");
}
