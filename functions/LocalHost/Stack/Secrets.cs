using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.LocalHost.Processes;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Stack;

/// <summary>What authenticates callers of a local stack.</summary>
internal sealed record Secrets(string ApiKey, string AlertmanagerToken, string GitHubSecret, string FluxSecret)
{
    /// <summary>Reads the secrets, or makes them once.</summary>
    public static Secrets Of(Home home)
    {
        if (!File.Exists(home.Secrets))
        {
            WholeFile.WriteSecret(home.Secrets, JsonSerializer.Serialize(new Secrets(Random(), Random(), Random(), Random()), Wire.Json));
        }
        return JsonSerializer.Deserialize<Secrets>(File.ReadAllText(home.Secrets), Wire.Json)!;
    }

    /// <summary>The control plane's settings on this machine.</summary>
    public ControlPlaneOptions ToOptions() => new() { AlertmanagerToken = AlertmanagerToken, GitHubSecret = GitHubSecret, FluxSecret = FluxSecret };

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
