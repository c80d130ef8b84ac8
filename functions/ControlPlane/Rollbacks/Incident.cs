using LlmOps.Ports;

namespace LlmOps.Rollbacks;

/// <summary>
/// An alert that reached us: what was decided, whether that was carried out, and, when it ended, how long it stood (seconds
/// from start to end).
/// </summary>
public sealed record Incident(
    string Key,
    string Alert,
    string? Model,
    string? Version,
    DateTimeOffset StartsAt,
    DateTimeOffset ReceivedAt,
    string Decision,
    string Reason,
    string? Commit = null,
    DateTimeOffset? ResolvedAt = null,
    double? SecondsToResolve = null,
    bool Answered = false,
    int Attempt = 1);

/// <summary>The incidents, one blob a firing of an alert; what was decided stands there before it is carried out.</summary>
public sealed class IncidentStore(IBlobs blobs)
{
    private static string Name(string key) => $"incidents/{key}.json";

    public Task<(Incident Value, string ETag)?> Read(string key, CancellationToken cancellation) =>
        blobs.ReadJson<Incident>(Containers.State, Name(key), cancellation);

    /// <summary>Stores an incident; false when it is there already.</summary>
    public async Task<bool> Open(Incident incident, CancellationToken cancellation) =>
        (await blobs.PutJson(Containers.State, Name(incident.Key), incident, PutCondition.IfAbsent, cancellation)).Written;

    /// <summary>Saves an incident; false when somebody changed it since it was read.</summary>
    public async Task<bool> Save(Incident incident, string etag, CancellationToken cancellation) =>
        (await blobs.PutJson(Containers.State, Name(incident.Key), incident, PutCondition.IfUnchanged(etag), cancellation)).Written;
}
