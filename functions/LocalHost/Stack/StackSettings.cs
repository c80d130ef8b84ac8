namespace LlmOps.LocalHost.Stack;

/// <summary>How a local stack is run.</summary>
/// <param name="Home">The folder that holds it.</param>
/// <param name="Development">Whether inference servers offer their fault switch.</param>
/// <param name="Port">The port of the control plane on loopback; 0 chooses a free one.</param>
/// <param name="ClusterUrl">A cluster that runs already, instead of a process cluster of the stack's own.</param>
/// <param name="Monitoring">Whether to run Prometheus and Alertmanager where they are installed.</param>
internal sealed record StackSettings(Home Home, bool Development = false, int Port = 0, Uri? ClusterUrl = null, bool Monitoring = true)
{
    public static string ShippedTemplate => Path.Combine(AppContext.BaseDirectory, "deploy");

    /// <summary>The folder whose files a new GitOps repository starts from.</summary>
    public string Template { get; init; } = ShippedTemplate;
}
