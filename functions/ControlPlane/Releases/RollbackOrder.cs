using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>What stands in a message of the rollback queue.</summary>
/// <param name="Kind">`alerts` from Alertmanager, `step` that failed its judgement, `manual` by a person.</param>
/// <param name="Id">Names the order, so that it is carried out once.</param>
/// <param name="ReceivedAt">When the cause reached us.</param>
/// <param name="Model">The model; null for alerts, which name their own.</param>
/// <param name="Version">The version to roll back; null for alerts.</param>
/// <param name="Reason">Why, for people; null for alerts, which say it themselves.</param>
/// <param name="By">Who ordered it.</param>
/// <param name="Inbox">The blob that holds the alerts' message.</param>
/// <param name="Attempt">The attempt of the release that it is meant for: an order that comes late reverts no later one.</param>
public sealed record RollbackOrder(
    string Kind, string Id, DateTimeOffset ReceivedAt, string By, string? Model = null, string? Version = null, string? Reason = null, string? Inbox = null,
    int Attempt = 1)
{
    public const string Alerts = "alerts";
    public const string Step = "step";
    public const string Manual = "manual";

    /// <summary>The message that carries this order.</summary>
    public OutgoingMessage ToMessage() => new(Queues.Rollback, Id, Model ?? Kind, JsonSerializer.Serialize(this, Wire.Json));
}
