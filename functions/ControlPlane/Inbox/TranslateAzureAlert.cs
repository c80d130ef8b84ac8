using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Rollbacks;

namespace LlmOps.Inbox;

/// <summary>
/// Reads Azure Monitor's common alert schema, as its managed Prometheus sends it, into the message of an Alertmanager.
/// See "Common alert schema" in Azure Monitor's documentation: `essentials` say when, `alertContext` holds the rule's labels.
/// </summary>
public static class TranslateAzureAlert
{
    private const string Schema = "azureMonitorCommonAlertSchema";
    private const string Prometheus = "Prometheus";

    /// <summary>The message, or null for an alert of another of Azure's services, which names no model; throws <see cref="InvalidDataException"/> on anything else.</summary>
    public static AlertmanagerMessage? Read(ReadOnlySpan<byte> body)
    {
        AzureAlert? alert;
        try
        {
            alert = JsonSerializer.Deserialize<AzureAlert>(body, Wire.Json);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"not an alert of Azure Monitor: {error.Message}", error);
        }
        if (alert is not { SchemaId: Schema, Data.Essentials: { FiredDateTime: { } fired, MonitorCondition: "Fired" or "Resolved" } essentials })
        {
            throw new InvalidDataException("not an alert in Azure Monitor's common schema: enable it in the action group");
        }
        if (essentials.MonitoringService != Prometheus || alert.Data.AlertContext?.Labels is not { } labels)
        {
            return null;
        }
        return new AlertmanagerMessage("4", [Alert(essentials, fired, labels, alert.Data.AlertContext.Annotations)]);
    }

    private static Alert Alert(
        AzureEssentials essentials, DateTimeOffset fired, IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string>? annotations)
    {
        SortedDictionary<string, string> labels = new(given.ToDictionary(), StringComparer.Ordinal);
        // The rule's name stands behind the name of its group.
        labels.TryAdd("alertname", essentials.AlertRule?.Split('/')[^1] ?? "an alert without a name");
        bool firing = essentials.MonitorCondition == "Fired";
        return new Alert(
            firing ? "firing" : "resolved", labels, fired, firing ? default : essentials.ResolvedDateTime ?? fired, Fingerprint(labels), annotations);
    }

    // As Alertmanager's: the same labels, the same alert, whoever sends it.
    private static string Fingerprint(SortedDictionary<string, string> labels)
    {
        StringBuilder text = new();
        foreach ((string name, string value) in labels)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name.Length}:{name}={value.Length}:{value};");
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    private sealed record AzureAlert(string? SchemaId, AzureBody? Data);

    private sealed record AzureBody(AzureEssentials? Essentials, AzureContext? AlertContext);

    private sealed record AzureEssentials(
        string? AlertRule, string? MonitorCondition, string? MonitoringService, DateTimeOffset? FiredDateTime, DateTimeOffset? ResolvedDateTime);

    private sealed record AzureContext(IReadOnlyDictionary<string, string>? Labels, IReadOnlyDictionary<string, string>? Annotations);
}
