using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Kubernetes;

/// <summary>
/// The weights of a route in the cluster, past Git: which routes share a model's traffic out, and the merge patch that gives
/// all of it to one slot, and copies of it to neither. A merge patch replaces lists whole, so it holds the list as it was read,
/// and its version.
/// </summary>
public static class RouteWeights
{
    /// <summary>The kinds of objects that are routes of their own.</summary>
    public static IReadOnlyList<ApiResource> Kinds { get; } = [ApiResource.HttpRoutes, ApiResource.VirtualServices, ApiResource.KnativeRoutes];

    /// <summary>The greatest weight of an LLMInferenceService, which gives it all beside one of 0.</summary>
    private const int MostLlmWeight = 1_000_000;

    /// <summary>Whether a route shares a model's traffic out between its slots.</summary>
    public static bool Shares(ApiResource kind, JsonElement route, string model) => Targets(kind, route.Copy(), model).Any();

    /// <summary>The patch that gives a slot all of what goes to either slot; null when it has it.</summary>
    public static JsonObject? All(ApiResource kind, JsonElement route, string model, string slot)
    {
        JsonNode copy = route.Copy();
        bool changed = false;
        string weight = kind == ApiResource.KnativeRoutes ? "percent" : "weight";
        foreach ((JsonArray list, JsonNode chosen) in Targets(kind, copy, model).Select(found => (found.List, found.Of(slot))).ToList())
        {
            foreach (JsonObject target in list.OfType<JsonObject>())
            {
                changed |= Set(target, weight, target == chosen ? 100 : 0);
            }
            changed |= RouteCopies.End(kind, (JsonObject)list.Parent!, target => IsSlot(kind, target, model, Slots.Blue) || IsSlot(kind, target, model, Slots.Green));
        }
        string field = kind == ApiResource.HttpRoutes ? "rules" : kind == ApiResource.VirtualServices ? "http" : "traffic";
        return changed
            ? new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = route.Text("metadata", "resourceVersion") },
                ["spec"] = new JsonObject { [field] = copy["spec"]![field]!.DeepClone() },
            }
            : null;
    }

    /// <summary>The patch of one of a model's two LLMInferenceServices; null when it has its weight.</summary>
    public static JsonObject? Llm(JsonElement service, bool chosen)
    {
        int weight = chosen ? MostLlmWeight : 0;
        return service.Whole("spec", "router", "route", "weight") == weight ? null : new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = service.Text("metadata", "resourceVersion") },
            ["spec"] = new JsonObject { ["router"] = new JsonObject { ["route"] = new JsonObject { ["weight"] = weight } } },
        };
    }

    private static bool Set(JsonObject target, string field, int value)
    {
        // A Knative target that only gives a revision a tagged address has no share, and none is written.
        if ((int?)target[field] == value || (value == 0 && field == "percent" && target[field] is null))
        {
            return false;
        }
        target[field] = value;
        return true;
    }

    // A rule that names one slot only, as those that KServe makes for itself, shares nothing out.
    private static IEnumerable<SharedRule> Targets(ApiResource kind, JsonNode route, string model)
    {
        IEnumerable<JsonArray?> lists = kind switch
        {
            _ when kind == ApiResource.HttpRoutes => Rules(route, "rules").Select(rule => rule["backendRefs"] as JsonArray),
            _ when kind == ApiResource.VirtualServices => Rules(route, "http").Select(rule => rule["route"] as JsonArray),
            _ when kind == ApiResource.KnativeRoutes => [route["spec"]?["traffic"] as JsonArray],
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no kind of route"),
        };
        foreach (JsonArray list in lists.OfType<JsonArray>())
        {
            JsonObject? blue = Find(kind, list, model, Slots.Blue);
            JsonObject? green = Find(kind, list, model, Slots.Green);
            if (blue is not null && green is not null)
            {
                yield return new SharedRule(list, blue, green);
            }
        }
    }

    private static IEnumerable<JsonObject> Rules(JsonNode route, string field) => (route["spec"]?[field] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static JsonObject? Find(ApiResource kind, JsonArray list, string model, string slot) =>
        list.OfType<JsonObject>().FirstOrDefault(target => IsSlot(kind, target, model, slot));

    private static bool IsSlot(ApiResource kind, JsonObject target, string model, string slot)
    {
        string name = SlotPlace.Name(model, slot);
        if (kind == ApiResource.HttpRoutes)
        {
            return (string?)target["name"] is { } service && (service == name || service == $"{name}-predictor");
        }
        if (kind == ApiResource.KnativeRoutes)
        {
            return (string?)target["configurationName"] == $"{name}-predictor";
        }
        string host = ((string?)target["destination"]?["host"] ?? "").Split('.')[0];
        return host == name || (host == model && (string?)target["destination"]?["subset"] == slot);
    }

    private sealed record SharedRule(JsonArray List, JsonObject Blue, JsonObject Green)
    {
        public JsonObject Of(string slot) => slot == Slots.Blue ? Blue : Green;
    }
}
