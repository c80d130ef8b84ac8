using System.Text.Json;
using LlmOps.Kubernetes;
using LlmOps.Ports;

namespace LlmOps.Tests.ControlPlane.Kubernetes;

public sealed class WorkloadEventsTests
{
    private const string New = "tiny-ops-blue-7c5ddbdf54";
    private static readonly DateTimeOffset Now = new(2026, 8, 22, 10, 5, 0, TimeSpan.Zero);
    private static readonly HashSet<string> Names = ["tiny-ops-blue", New, "tiny-ops-blue-66b6c48dd5", $"{New}-x2x9k", $"{New}-p4q7m"];

    [Fact]
    public void Events_of_the_slot_are_told_newest_first_those_of_pods_that_are_gone_included()
    {
        IReadOnlyList<ClusterEvent> events = WorkloadEvents.NewestFirst(Told());
        Assert.Equal(["FailedScheduling", "BackOff", "Failed", "ScalingReplicaSet"], events.Select(one => one.Reason));
        Assert.Equal(new DateTimeOffset(2026, 8, 22, 10, 1, 30, TimeSpan.Zero), events[0].At);
        Assert.StartsWith("Pod tiny-ops-blue-66b6c48dd5-gone1: 0/3 nodes are available", events[0].Message);
    }

    [Fact]
    public void Another_model_whose_name_begins_alike_is_not_told_of() => Assert.DoesNotContain(Told(), one => one.Reason == "Killing");

    [Fact]
    public void Signatures_and_control_letters_are_gone()
    {
        string failed = Told().Single(one => one.Reason == "Failed").Message;
        Assert.Contains("sig=***", failed);
        Assert.DoesNotContain("c2VjcmV0", failed);
        Assert.DoesNotContain('\u001b', failed);
        Assert.DoesNotContain('\n', failed);
    }

    [Fact]
    public void A_container_says_why_it_waits_and_how_it_ended()
    {
        List<ClusterEvent> seen = [.. WorkloadEvents.Seen(Documents.Read("crashing-pod.json"), Now)];
        Assert.Equal(["OOMKilled", "CrashLoopBackOff"], seen.Select(one => one.Reason));
        Assert.Contains("ended with code 137", seen[0].Message);
        Assert.All(seen, one => Assert.Equal(new DateTimeOffset(2026, 8, 22, 10, 0, 40, TimeSpan.Zero), one.At));
        Assert.Equal(("server", true), WorkloadEvents.Suspect(Documents.Read("crashing-pod.json")));
    }

    [Fact]
    public void What_every_pod_passes_through_says_nothing()
    {
        JsonElement starting = Documents.Read("crashing-pod.json", node => node["status"]!["containerStatuses"] = System.Text.Json.Nodes.JsonNode.Parse(
            """[{ "name": "server", "ready": false, "restartCount": 0, "state": { "waiting": { "reason": "ContainerCreating" } } }]"""));
        Assert.Empty(WorkloadEvents.Seen(starting, Now));
        Assert.Null(WorkloadEvents.Suspect(starting));
        JsonElement slow = Documents.Read("crashing-pod.json", node => node["status"]!["containerStatuses"] = System.Text.Json.Nodes.JsonNode.Parse(
            """[{ "name": "server", "ready": false, "restartCount": 0, "state": { "running": {} } }]"""));
        Assert.Equal(("server", false), WorkloadEvents.Suspect(slow));
    }

    [Fact]
    public void A_pod_that_no_node_takes_says_so()
    {
        JsonElement pod = JsonElement.Parse("""
            { "metadata": { "name": "p" }, "status": { "conditions": [{ "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available" }] } }
            """);
        Assert.Equal(new ClusterEvent(Now, "Unschedulable", "Pod p: 0/3 nodes are available"), Assert.Single(WorkloadEvents.Seen(pod, Now)));
    }

    [Fact]
    public void Log_lines_come_with_their_time_and_without_credentials()
    {
        List<ClusterEvent> lines = [.. WorkloadEvents.Logged("p", "rest of a line that was cut\n2026-08-22T10:00:39.5Z loading with AccountKey=abcdefgh==\n2026-08-22T10:00:40Z \u001b[0m\n\n2026-08-22T10:00:41Z out of memory\n")];
        Assert.Equal(["p: loading with AccountKey=***", "p: [0m", "p: out of memory"], lines.Select(line => line.Message));
        Assert.Equal(new DateTimeOffset(2026, 8, 22, 10, 0, 41, TimeSpan.Zero), lines[2].At);
    }

    [Fact]
    public void No_more_than_thirty_are_told_and_each_once()
    {
        ClusterEvent[] many = [.. Enumerable.Range(0, 50).Select(i => new ClusterEvent(Now.AddSeconds(i), "Log", $"{i}")), new ClusterEvent(Now.AddSeconds(49), "Log", "49")];
        IReadOnlyList<ClusterEvent> told = WorkloadEvents.NewestFirst(many);
        Assert.Equal((WorkloadEvents.Most, "49", "48"), (told.Count, told[0].Message, told[1].Message));
    }

    [Theory]
    [InlineData("Authorization: Bearer abcdef.ghijkl-mnop", "abcdef")]
    [InlineData("authorization: basic dXNlcjpwYXNzd29yZA==", "dXNl")]
    [InlineData("https://user:pa55word@host/path", "pa55word")]
    [InlineData("https://a.blob.core.windows.net/c?sp=r&sig=AbC%2B123%3D&sv=1", "AbC")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=q1w2e3r4==;EndpointSuffix=x", "q1w2")]
    [InlineData("HF_TOKEN: hf_abcdefghijklmnopqrstuv", "abcdefgh")]
    [InlineData("{\"api_key\": \"k3y-value-here\"}", "k3y-value")]
    [InlineData("password='letmein123'", "letmein")]
    [InlineData("saw eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl in a header", "eyJzdWIi")]
    [InlineData("pushed with ghp_0123456789abcdefghijABCDEFGHIJ", "0123456789")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc")]
    public void Credentials_are_taken_out(string text, string secret)
    {
        string told = RedactSecrets.From(text);
        Assert.DoesNotContain(secret, told);
        Assert.Contains("***", told);
    }

    [Theory]
    [InlineData("0/3 nodes are available: 3 Insufficient nvidia.com/gpu")]
    [InlineData("generated 128 tokens in 1.5 s, tokens: 128")]
    [InlineData("Readiness probe failed: HTTP probe failed with statuscode: 503")]
    [InlineData("https://models.blob.core.windows.net/models/tiny-ops/1.1.0 was not found")]
    public void What_is_no_credential_stays(string text) => Assert.Equal(text, RedactSecrets.From(text));

    private static List<ClusterEvent> Told() => [.. WorkloadEvents.Told(Documents.Read("events.json").Items("items"), Names, [New, "tiny-ops-blue-66b6c48dd5"])];
}
