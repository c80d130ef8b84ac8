using System.Text.Json.Nodes;
using LlmOps.Kubernetes;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>The roles that are shipped for the control plane, decided as RBAC does: any rule of a bound role allows.</summary>
internal static class ShippedRole
{
    public const string Path = "inference/deploy/clusters/production/control-plane-rbac.yaml";

    public static IReadOnlyList<JsonObject> Documents { get; } = [.. YamlJson.Read(Repository.Text(Path))];

    public static bool Allows(ApiCall call) => Documents.Where(role => IsBound(role, call.Namespace)).SelectMany(role => (JsonArray)role["rules"]!).Any(rule =>
        Holds(rule!["apiGroups"], call.Resource.Group)
        && Holds(rule["resources"], call.Subresource is null ? call.Resource.Plural : $"{call.Resource.Plural}/{call.Subresource}")
        && Holds(rule["verbs"], call.Verb)
        && (rule["resourceNames"] is not { } names || (call.Name is not null && Holds(names, call.Name))));

    private static bool IsBound(JsonObject role, string? space) => (string?)role["kind"] switch
    {
        "ClusterRole" => Bindings("ClusterRoleBinding", null).Any(binding => Names(binding, role)),
        "Role" => space is not null && (string?)role["metadata"]!["namespace"] == space && Bindings("RoleBinding", space).Any(binding => Names(binding, role)),
        _ => false,
    };

    private static bool Names(JsonObject binding, JsonObject role) =>
        (string?)binding["roleRef"]!["name"] == (string?)role["metadata"]!["name"] && (string?)binding["roleRef"]!["kind"] == (string?)role["kind"];

    private static IEnumerable<JsonObject> Bindings(string kind, string? space) =>
        Documents.Where(one => (string?)one["kind"] == kind && (string?)one["metadata"]!["namespace"] == space);

    private static bool Holds(JsonNode? list, string value) => list is JsonArray items && items.Any(item => (string?)item == value);
}
