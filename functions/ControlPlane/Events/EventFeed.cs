using System.Text.Json.Nodes;
using LlmOps.Audit;
using LlmOps.Ports;
using LlmOps.Registry;

namespace LlmOps.Events;

/// <summary>An event, and the cursor once it is done with.</summary>
public sealed record FeedItem(OutgoingEvent Event, EventCursor Past);

/// <summary>Reads, purely, the next event of a model from its history in the registry and the audit log.</summary>
public static class EventFeed
{
    /// <summary>
    /// The oldest event past the cursor that <paramref name="wanted"/> asks for, or null. The sources are each in order; between
    /// them time decides.
    /// </summary>
    public static FeedItem? Next(RegisteredModel model, IEnumerable<AuditEntry> audit, EventCursor cursor, Func<OutgoingEvent, bool> wanted)
    {
        if (cursor.Again is [var again, ..])
        {
            return new FeedItem(again, cursor.Freed() with { Again = [.. cursor.Again.Skip(1)] });
        }
        FeedItem?[] heads =
        [
            Begun(model, cursor).FirstOrDefault(item => wanted(item.Event)),
            Versions(model, cursor).FirstOrDefault(item => wanted(item.Event)),
            Moves(model, cursor).FirstOrDefault(item => wanted(item.Event)),
            Notes(model, cursor).FirstOrDefault(item => wanted(item.Event)),
            Releases(model, audit, cursor).FirstOrDefault(item => wanted(item.Event)),
        ];
        return heads.Where(head => head is not null).MinBy(head => head!.Event.At);
    }

    private static IEnumerable<FeedItem> Begun(RegisteredModel model, EventCursor cursor)
    {
        if (!cursor.Begun && model.Versions is [var first, ..])
        {
            OutgoingEvent begun = Of(
                EventTypes.ModelCreated, model, model.Model, first.RegisteredAt, "model",
                new JsonObject { ["name"] = model.Model, ["tags"] = new JsonObject(), ["description"] = null });
            yield return new FeedItem(begun, cursor.Freed() with { Begun = true });
        }
    }

    private static IEnumerable<FeedItem> Versions(RegisteredModel model, EventCursor cursor)
    {
        for (int index = cursor.Versions; index < model.Versions.Count; index++)
        {
            RegisteredVersion version = model.Versions[index];
            OutgoingEvent created = Of(
                EventTypes.VersionCreated, model, version.Version, version.RegisteredAt, $"version/{index + 1}",
                new JsonObject
                {
                    ["name"] = model.Model,
                    ["version"] = $"{index + 1}",
                    ["source"] = $"models:/{model.Model}/{index + 1}",
                    ["run_id"] = version.Source.GetValueOrDefault("run"),
                    ["tags"] = Tags([new("llmops.version", version.Version), new("llmops.digest", version.Digest)]),
                    ["description"] = null,
                });
            yield return new FeedItem(created, cursor.Freed() with { Versions = index + 1 });
        }
    }

    private static IEnumerable<FeedItem> Moves(RegisteredModel model, EventCursor cursor)
    {
        for (int index = cursor.Moves; index < model.History.Count; index++)
        {
            AliasMove move = model.History[index];
            if (move.From == move.To)
            {
                continue;
            }
            JsonObject facts = new() { ["name"] = model.Model, ["alias"] = move.Alias };
            if (move.To is { } to)
            {
                facts["version"] = $"{model.NumberOf(to)}";
            }
            OutgoingEvent moved = Of(
                move.To is null ? EventTypes.AliasDeleted : EventTypes.AliasCreated, model, move.Alias, move.At, $"alias/{index + 1}", facts);
            yield return new FeedItem(moved, cursor.Freed() with { Moves = index + 1 });
        }
    }

    // MLflow tells of tags of versions, not of models, and not of descriptions.
    private static IEnumerable<FeedItem> Notes(RegisteredModel model, EventCursor cursor)
    {
        for (int index = cursor.Notes; index < model.Changes.Count; index++)
        {
            if (model.Changes[index] is not { Version: { } version, Key: { } key } change)
            {
                continue;
            }
            JsonObject facts = new() { ["name"] = model.Model, ["version"] = $"{model.NumberOf(version)}", ["key"] = key };
            if (change.Value is { } value)
            {
                facts["value"] = value;
            }
            OutgoingEvent noted = Of(
                change.Value is null ? EventTypes.TagDeleted : EventTypes.TagSet, model, version, change.At, $"note/{index + 1}", facts);
            yield return new FeedItem(noted, cursor.Freed() with { Notes = index + 1 });
        }
    }

    private static IEnumerable<FeedItem> Releases(RegisteredModel model, IEnumerable<AuditEntry> audit, EventCursor cursor)
    {
        foreach (AuditEntry entry in audit)
        {
            if (entry.Model == model.Model && entry.Sequence > cursor.Audit && EventTypes.OfAudit.TryGetValue(entry.Kind, out string? type))
            {
                OutgoingEvent told = new(
                    OutgoingEvent.IdOf($"audit/{entry.Hash}"), type, entry.Model, entry.Version ?? entry.Model, entry.At,
                    new JsonObject
                    {
                        ["name"] = entry.Model,
                        ["version"] = entry.Version is { } version && model.NumberOf(version) is > 0 and var number ? $"{number}" : null,
                        ["semver"] = entry.Version,
                        ["text"] = PlainText.OneLine(entry.Text, 500),
                        ["evidence"] = Tags(entry.Evidence.Select(pair => new KeyValuePair<string, string>(pair.Key, PlainText.OneLine(pair.Value)))),
                        ["audit"] = new JsonObject { ["sequence"] = entry.Sequence, ["hash"] = entry.Hash },
                    });
                yield return new FeedItem(told, cursor.Freed() with { Audit = entry.Sequence });
            }
        }
    }

    // The time makes it another event than that of a second control plane with a model of that name.
    private static OutgoingEvent Of(string type, RegisteredModel model, string subject, DateTimeOffset at, string what, JsonObject facts) =>
        new(OutgoingEvent.IdOf($"{type}/{model.Model}/{what}/{at.UtcTicks}"), type, model.Model, subject, at, facts);

    private static JsonObject Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        new(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => new KeyValuePair<string, JsonNode?>(tag.Key, tag.Value)));
}
