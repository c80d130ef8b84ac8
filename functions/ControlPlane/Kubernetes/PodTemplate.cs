using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Kubernetes;

/// <summary>What the pods of a workload are told to run.</summary>
internal static class PodTemplate
{
    private const string HashLabel = "pod-template-hash";

    /// <summary>The version and digest in the annotations of a pod template; empty where they are missing.</summary>
    public static (string Version, string Digest) Release(JsonElement annotations) =>
        (annotations.Text("llmops.dev/version") ?? "", annotations.Text("llmops.dev/digest") ?? "");

    /// <summary>
    /// Whether two templates are equal but for the hash, which is how a Deployment finds its newest ReplicaSet
    /// (kubernetes, pkg/controller/deployment/util, EqualIgnoreHash). It also holds before the controller has looked.
    /// </summary>
    public static bool Same(JsonElement one, JsonElement other) => JsonNode.DeepEquals(WithoutHash(one), WithoutHash(other));

    /// <summary>Whether two templates run the same: equal but for labels, which only say whose the pods are.</summary>
    public static bool SameButLabels(JsonElement one, JsonElement other) => JsonNode.DeepEquals(WithoutLabels(one), WithoutLabels(other));

    /// <summary>A label selector as a query writes it; null when it cannot be written so, or selects everything.</summary>
    public static string? Selector(JsonElement selector)
    {
        List<string> parts = [];
        if (selector.At("matchLabels") is { ValueKind: JsonValueKind.Object } labels)
        {
            parts.AddRange(labels.EnumerateObject().Select(label => $"{label.Name}={label.Value.GetString()}"));
        }
        foreach (JsonElement rule in selector.Items("matchExpressions"))
        {
            string values = string.Join(',', rule.Items("values").Select(value => value.GetString()));
            string? part = rule.Text("operator") switch
            {
                "In" => $"{rule.Text("key")} in ({values})",
                "NotIn" => $"{rule.Text("key")} notin ({values})",
                "Exists" => rule.Text("key"),
                "DoesNotExist" => $"!{rule.Text("key")}",
                _ => null,
            };
            if (part is null)
            {
                return null;
            }
            parts.Add(part);
        }
        return parts.Count == 0 ? null : string.Join(',', parts);
    }

    /// <summary>A number that an annotation holds as text; 0 where it holds none.</summary>
    public static int Count(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;

    private static JsonNode WithoutLabels(JsonElement template)
    {
        JsonNode copy = WithoutHash(template);
        (copy["metadata"] as JsonObject)?.Remove("labels");
        return copy;
    }

    private static JsonNode WithoutHash(JsonElement template)
    {
        JsonNode copy = template.Copy();
        if (copy["metadata"] is JsonObject metadata)
        {
            // An empty creationTimestamp is written as null by some versions of the API server.
            metadata.Remove("creationTimestamp");
            (metadata["labels"] as JsonObject)?.Remove(HashLabel);
        }
        return copy;
    }
}
