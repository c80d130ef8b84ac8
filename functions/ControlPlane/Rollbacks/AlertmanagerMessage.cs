using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Rollbacks;

/// <summary>
/// Alertmanager's webhook message, version 4 (notify/webhook in prometheus/alertmanager). Fields that we do not know are
/// ignored; the group's status is too, since a firing group may hold resolved alerts.
/// </summary>
public sealed record AlertmanagerMessage(string Version, IReadOnlyList<Alert> Alerts, int TruncatedAlerts = 0)
{
    /// <summary>Parses a message; throws <see cref="InvalidDataException"/> on anything but version 4.</summary>
    public static AlertmanagerMessage Parse(ReadOnlySpan<byte> body)
    {
        AlertmanagerMessage? message;
        try
        {
            message = JsonSerializer.Deserialize<AlertmanagerMessage>(body, Wire.Json);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"not an Alertmanager message: {error.Message}", error);
        }
        return message is { Version: "4", Alerts: not null } && message.Alerts.All(alert => alert is { Labels: not null, Fingerprint: not null })
            ? message
            : throw new InvalidDataException($"not an Alertmanager message of version 4 but '{message?.Version}'");
    }
}

/// <summary>One alert: its labels, when it began, and its fingerprint; a firing one has not ended.</summary>
public sealed record Alert(
    string Status,
    IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    string Fingerprint,
    IReadOnlyDictionary<string, string>? Annotations = null)
{
    public bool IsFiring => Status == "firing";

    public string Name => Labels.GetValueOrDefault("alertname", "an alert without a name");

    public string? Model => Labels.GetValueOrDefault("model");

    public string? Version => Labels.GetValueOrDefault("version");

    public string? Slot => Labels.GetValueOrDefault("slot") is { Length: > 0 } slot ? slot : null;

    /// <summary>Names this firing of this alert: the same for every notification of it. It goes into paths and trailers.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{SafeFingerprint}-{StartsAt.UtcTicks}");

    // Alertmanager's are 16 hex digits; of anything else only the hash is used.
    private string SafeFingerprint => Fingerprint.Length is > 0 and <= 64 && Fingerprint.All(char.IsAsciiHexDigit)
        ? Fingerprint
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Fingerprint)));

    /// <summary>The alert's own summary, or its name.</summary>
    public string Summary => Annotations?.GetValueOrDefault("summary") is { Length: > 0 } summary ? summary : Name;
}
