using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Stack;

/// <summary>What a home's `webhooks.json` says: endpoints, secrets by name, networks that are not public. On Azure these are settings.</summary>
internal sealed record LocalWebhooks(
    IReadOnlyList<WebhookEndpoint>? Webhooks, IReadOnlyDictionary<string, string>? WebhookSecrets, IReadOnlyList<string>? WebhookNetworks)
{
    // Receivers on the same machine are what a local stack is tried with.
    private static readonly string[] Loopback = ["127.0.0.0/8", "::1/128"];

    /// <summary>The settings with the home's webhooks, if it has any, and with its folder as the place of models.</summary>
    public static ControlPlaneOptions AddTo(ControlPlaneOptions options, Home home)
    {
        ControlPlaneOptions local = options with { ModelsUri = new Uri(home.Models).AbsoluteUri, WebhookNetworks = Loopback };
        if (!File.Exists(home.Webhooks))
        {
            return local;
        }
        LocalWebhooks said = JsonSerializer.Deserialize<LocalWebhooks>(File.ReadAllText(home.Webhooks), Wire.Json)
            ?? throw new InvalidOperationException($"{home.Webhooks} holds null");
        return local with
        {
            Webhooks = said.Webhooks ?? [],
            WebhookSecrets = said.WebhookSecrets ?? new Dictionary<string, string>(),
            WebhookNetworks = said.WebhookNetworks ?? Loopback,
        };
    }
}
