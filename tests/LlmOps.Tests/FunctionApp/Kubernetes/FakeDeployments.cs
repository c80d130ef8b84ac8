using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>
/// A fake of the Deployment and EndpointSlice controllers and of nodes: a ReplicaSet a template, pods that are ready at once
/// unless told otherwise, and one slice a Service. Earlier pods go when the new ones are ready.
/// </summary>
internal sealed class FakeDeployments(FakeApiServer api)
{
    private readonly Dictionary<string, int> named = [];

    /// <summary>Deployments whose new pods do not get ready.</summary>
    public HashSet<string> Stuck { get; } = [];

    /// <summary>While set, pods that are told to go stay and still serve.</summary>
    public bool Lingers { get; set; }

    public void Run()
    {
        foreach (JsonObject deployment in api.All(ApiResource.Deployments))
        {
            Run(deployment);
        }
    }

    private void Run(JsonObject deployment)
    {
        string name = (string)deployment["metadata"]!["name"]!;
        JsonObject set = Set(deployment, name);
        string uid = (string)set["metadata"]!["uid"]!;
        int wanted = (int?)deployment["spec"]!["replicas"] ?? 1;
        List<JsonObject> pods = Pods(deployment);
        List<JsonObject> current = [.. pods.Where(pod => Owner(pod) == uid)];
        for (int i = current.Count; i < wanted; i++)
        {
            string pod = $"{(string)set["metadata"]!["name"]!}-{named[name] = named.GetValueOrDefault(name) + 1:D5}";
            api.Put(ApiResource.Pods, Pod(pod, set, ready: !Stuck.Contains(name)));
        }
        bool ready = !Stuck.Contains(name) || wanted == 0;
        foreach (JsonObject pod in current.Skip(wanted).Concat(ready ? pods.Where(pod => Owner(pod) != uid) : []))
        {
            Stop(pod);
        }
        Publish(deployment, name);
    }

    private void Stop(JsonObject pod)
    {
        if (!Lingers)
        {
            api.Delete(ApiResource.Pods, pod);
            return;
        }
        pod["metadata"]!["deletionTimestamp"] = "2026-08-22T10:00:00Z";
        api.Put(ApiResource.Pods, pod);
    }

    private JsonObject Set(JsonObject deployment, string name)
    {
        JsonObject template = (JsonObject)deployment["spec"]!["template"]!.DeepClone();
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template.ToJsonString())))[..9];
        if (api.Find(ApiResource.ReplicaSets, "llmops", $"{name}-{hash}") is { } known)
        {
            return known;
        }
        template["metadata"]!["labels"]!["pod-template-hash"] = hash;
        JsonObject labels = (JsonObject)template["metadata"]!["labels"]!.DeepClone();
        api.Put(ApiResource.ReplicaSets, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{name}-{hash}", ["namespace"] = "llmops", ["labels"] = labels, ["ownerReferences"] = Owned("Deployment", deployment) },
            ["spec"] = new JsonObject { ["template"] = template },
        });
        return api.Find(ApiResource.ReplicaSets, "llmops", $"{name}-{hash}")!;
    }

    private static JsonObject Pod(string name, JsonObject set, bool ready) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name, ["namespace"] = "llmops", ["creationTimestamp"] = "2026-08-22T09:59:00Z",
            ["labels"] = set["metadata"]!["labels"]!.DeepClone(), ["ownerReferences"] = Owned("ReplicaSet", set),
        },
        ["spec"] = new JsonObject(),
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False" }),
            ["containerStatuses"] = new JsonArray(ready ? new JsonObject { ["name"] = "server", ["ready"] = true } : Crashed()),
        },
    };

    private static JsonObject Crashed() => (JsonObject)JsonNode.Parse("""
        { "name": "server", "ready": false, "restartCount": 3,
          "state": { "waiting": { "reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container" } },
          "lastState": { "terminated": { "exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-08-22T09:59:30Z" } } }
        """)!;

    private void Publish(JsonObject deployment, string name)
    {
        JsonArray endpoints = [.. Pods(deployment).Select(pod =>
        {
            bool ready = (string?)pod["status"]!["conditions"]![0]!["status"] == "True";
            bool going = pod["metadata"]!["deletionTimestamp"] is not null;
            return new JsonObject
            {
                ["addresses"] = new JsonArray("10.1.0.1"),
                ["conditions"] = new JsonObject { ["ready"] = ready && !going, ["serving"] = ready, ["terminating"] = going },
                ["targetRef"] = new JsonObject { ["kind"] = "Pod", ["name"] = (string)pod["metadata"]!["name"]! },
            };
        })];
        api.Put(ApiResource.EndpointSlices, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{name}-abcde", ["namespace"] = "llmops", ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = name } },
            ["addressType"] = "IPv4", ["endpoints"] = endpoints,
        });
    }

    private List<JsonObject> Pods(JsonObject deployment)
    {
        string uid = (string)deployment["metadata"]!["uid"]!;
        HashSet<string> sets = [.. api.All(ApiResource.ReplicaSets).Where(set => Owner(set) == uid).Select(set => (string)set["metadata"]!["uid"]!)];
        return [.. api.All(ApiResource.Pods).Where(pod => Owner(pod) is { } owner && sets.Contains(owner))];
    }

    private static string? Owner(JsonObject one) => (string?)one["metadata"]!["ownerReferences"]?[0]?["uid"];

    private static JsonArray Owned(string kind, JsonObject owner) =>
        [new JsonObject { ["kind"] = kind, ["name"] = (string)owner["metadata"]!["name"]!, ["uid"] = (string)owner["metadata"]!["uid"]!, ["controller"] = true }];
}
