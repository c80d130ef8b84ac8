using System.Text.Json.Nodes;

namespace LlmOps.Kubernetes;

/// <summary>Copies of users' requests to a model's slots, under the rule of a route that shares its traffic out. Those to anything else are people's.</summary>
internal static class RouteCopies
{
    /// <summary>Takes them out of the rule; false when there are none. A target is asked for in the form in which weights stand beside it.</summary>
    public static bool End(ApiResource kind, JsonObject rule, Func<JsonObject, bool> isSlot) => kind switch
    {
        _ when kind == ApiResource.HttpRoutes => Take(rule, "filters", filter => filter["requestMirror"]?["backendRef"] is JsonObject service && isSlot(service)),
        _ when kind == ApiResource.VirtualServices => TakeOne(rule, isSlot) | Take(rule, "mirrors", isSlot),
        // Knative copies nothing.
        _ => false,
    };

    private static bool Take(JsonObject rule, string field, Func<JsonObject, bool> isOne)
    {
        if (rule[field] is not JsonArray list || list.OfType<JsonObject>().Where(isOne).ToList() is not { Count: > 0 } found)
        {
            return false;
        }
        found.ForEach(one => list.Remove(one));
        if (list.Count == 0)
        {
            rule.Remove(field);
        }
        return true;
    }

    // Istio's percentage means nothing without its mirror, and has an older name.
    private static bool TakeOne(JsonObject rule, Func<JsonObject, bool> isSlot)
    {
        if (rule["mirror"] is not JsonObject mirror || !isSlot(new JsonObject { ["destination"] = mirror.DeepClone() }))
        {
            return false;
        }
        rule.Remove("mirrorPercentage");
        rule.Remove("mirrorPercent");
        return rule.Remove("mirror");
    }
}
