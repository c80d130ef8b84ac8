using System.Text.RegularExpressions;
using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Monitoring;

/// <summary>The shipped monitoring files, filled in and written to one folder.</summary>
internal sealed partial class MonitoringFiles(string folder)
{
    public string Prometheus => Path.Combine(folder, "prometheus.yaml");

    public string Alertmanager => Path.Combine(folder, "alertmanager.yaml");

    private string Rules => Path.Combine(folder, "rules.yaml");

    private string Token => Path.Combine(folder, "alert-hook.token");

    /// <summary>Writes all files; the token's is readable by its owner only.</summary>
    public void Write(MonitoringSettings settings, Uri alertmanager)
    {
        Directory.CreateDirectory(folder);
        WholeFile.WriteSecret(Token, settings.Token);
        Dictionary<string, string> values = new()
        {
            ["CLUSTER_URL"] = settings.ClusterUrl.ToString(),
            ["CLUSTER_ADDRESS"] = settings.ClusterUrl.Authority,
            ["ALERTMANAGER_ADDRESS"] = alertmanager.Authority,
            ["ALERT_HOOK_URL"] = settings.AlertHookUrl.ToString(),
            ["RULES_FILE"] = Rules,
            ["TOKEN_FILE"] = Token,
        };
        WholeFile.Write(Rules, Shipped("rules.yaml"));
        WholeFile.Write(Prometheus, Fill(Shipped("prometheus.yaml"), values));
        WholeFile.Write(Alertmanager, Fill(Shipped("alertmanager.yaml"), values));
    }

    /// <summary>Replaces each `${NAME}`; a name without a value is an error and not an empty text.</summary>
    internal static string Fill(string template, IReadOnlyDictionary<string, string> values) => Placeholder().Replace(template, match =>
        values.GetValueOrDefault(match.Groups[1].Value) ?? throw new KeyNotFoundException($"there is no value for {match.Value}"));

    private static string Shipped(string name)
    {
        using Stream stream = typeof(MonitoringFiles).Assembly.GetManifestResourceStream($"monitoring/{name}")
            ?? throw new FileNotFoundException($"monitoring/{name} is not built into this program");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Placeholder();
}
