using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace LlmOps.Events;

/// <summary>Something that happened, as it is told outside: its type (`entity.action`), its model, when, and its facts.</summary>
/// <param name="Id">Stable: the same event has the same id however often it is told, and no other has.</param>
/// <param name="Type">For instance `release.promoted`.</param>
/// <param name="Model">The model that it concerns.</param>
/// <param name="Subject">The version or alias that it concerns, or the model.</param>
/// <param name="At">When it happened.</param>
/// <param name="Facts">Its facts; no secrets.</param>
public sealed record OutgoingEvent(string Id, string Type, string Model, string Subject, DateTimeOffset At, JsonObject Facts)
{
    /// <summary>Characters of a hexadecimal digest that make an id.</summary>
    private const int IdLength = 32;

    /// <summary>`registered_model`, `model_version`, `release`, …</summary>
    public string Entity => Type[..Type.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>What became of it: `created`, `promoted`, …</summary>
    public string Action => Type[(Type.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>
    /// An id for what a text names. It has no full stop, which would let one message pass for another
    /// (Standard Webhooks, "signature scheme").
    /// </summary>
    public static string IdOf(string text) => "evt_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..IdLength];
}
