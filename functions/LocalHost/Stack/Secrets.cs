using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Stack;

/// <summary>What authenticates callers of a local stack.</summary>
internal sealed record Secrets(string ApiKey, string AlertmanagerToken, string GitHubSecret, string FluxSecret)
{
    private static readonly UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the secrets, or makes them once.</summary>
    public static Secrets Of(Home home)
    {
        if (!File.Exists(home.Secrets))
        {
            string fresh = home.Secrets + ".new";
            File.Delete(fresh);
            using (FileStream stream = new(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                JsonSerializer.Serialize(stream, new Secrets(Random(), Random(), Random(), Random()), Wire.Json);
            }
            File.Move(fresh, home.Secrets, overwrite: false);
        }
        return JsonSerializer.Deserialize<Secrets>(File.ReadAllText(home.Secrets), Wire.Json)!;
    }

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
