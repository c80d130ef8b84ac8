namespace LlmOps.LocalHost.Monitoring;

/// <summary>Where monitoring keeps its files, what it scrapes, and where it posts alerts with which bearer token.</summary>
internal sealed record MonitoringSettings(string Home, Uri ClusterUrl, Uri AlertHookUrl, string Token)
{
    public string Folder => Path.Combine(Home, "monitoring");

    /// <summary>Everything but the token: a settings record may end in a log.</summary>
    public override string ToString() => $"{Folder}: {ClusterUrl} → {AlertHookUrl}";
}
