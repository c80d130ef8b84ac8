using LlmOps.Ports;

namespace LlmOps.Events;

/// <summary>The cursors, one blob an endpoint and model; since when each endpoint listens; and the dead letters.</summary>
public sealed class EventStore(IBlobs blobs)
{
    private static string Folder(string endpoint) => $"events/{endpoint}/";

    private static string CursorName(string endpoint, string model) => $"{Folder(endpoint)}models/{model}.json";

    public Task<(EventCursor Value, string ETag)?> Read(string endpoint, string model, CancellationToken cancellation) =>
        blobs.ReadJson<EventCursor>(Containers.State, CursorName(endpoint, model), cancellation);

    /// <summary>Saves a cursor; false when somebody changed it since it was read.</summary>
    public async Task<bool> Save(string endpoint, string model, EventCursor cursor, string? etag, CancellationToken cancellation) =>
        (await blobs.PutJson(
            Containers.State, CursorName(endpoint, model), cursor, etag is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(etag), cancellation)).Written;

    /// <summary>Since when an endpoint listens: the first time that this was asked. What happened before is not told.</summary>
    public async Task<DateTimeOffset> Since(string endpoint, DateTimeOffset now, CancellationToken cancellation)
    {
        string name = Folder(endpoint) + "since.json";
        while (true)
        {
            if (await blobs.ReadJson<Beginning>(Containers.State, name, cancellation) is var (beginning, _))
            {
                return beginning.Since;
            }
            await blobs.PutJson(Containers.State, name, new Beginning(now), PutCondition.IfAbsent, cancellation);
        }
    }

    /// <summary>Keeps an event that an endpoint would not take.</summary>
    public async Task Bury(string endpoint, DeadEvent dead, CancellationToken cancellation)
    {
        string? etag = (await Dead(endpoint, dead.Event.Id, cancellation))?.ETag;
        await blobs.PutJson(
            Containers.State, DeadName(endpoint, dead.Event.Id), dead, etag is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(etag), cancellation);
    }

    /// <summary>A dead letter with its ETag, or null.</summary>
    public async Task<(DeadEvent Value, string ETag)?> Dead(string endpoint, string id, CancellationToken cancellation) =>
        BlobRules.IsName(DeadName(endpoint, id)) ? await blobs.ReadJson<DeadEvent>(Containers.State, DeadName(endpoint, id), cancellation) : null;

    /// <summary>The endpoint's dead letters, those that were sent again included.</summary>
    public async Task<IReadOnlyList<DeadEvent>> Dead(string endpoint, CancellationToken cancellation)
    {
        List<DeadEvent> dead = [];
        await foreach (BlobItem item in blobs.List(Containers.State, Folder(endpoint) + "dead/", cancellation))
        {
            if (await blobs.ReadJson<DeadEvent>(Containers.State, item.Name, cancellation) is var (value, _))
            {
                dead.Add(value);
            }
        }
        return dead;
    }

    /// <summary>Marks a dead letter as sent again; false when somebody changed it since it was read.</summary>
    public async Task<bool> Mark(string endpoint, DeadEvent dead, string etag, CancellationToken cancellation) =>
        (await blobs.PutJson(Containers.State, DeadName(endpoint, dead.Event.Id), dead, PutCondition.IfUnchanged(etag), cancellation)).Written;

    private static string DeadName(string endpoint, string id) => $"{Folder(endpoint)}dead/{id}.json";

    private sealed record Beginning(DateTimeOffset Since);
}

/// <summary>An event that an endpoint would not take: the last error, how often it was tried, when it was given up and sent again.</summary>
public sealed record DeadEvent(OutgoingEvent Event, string Error, int Tries, DateTimeOffset At, DateTimeOffset? SentAgainAt = null);
