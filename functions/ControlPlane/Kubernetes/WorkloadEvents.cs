using System.Globalization;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Kubernetes;

/// <summary>What happened to a slot's workload: the API's events, the states of its containers and its last log lines.</summary>
public static class WorkloadEvents
{
    /// <summary>The most that is told of a slot.</summary>
    public const int Most = 30;

    private const int MostLetters = 300;

    /// <summary>All of it newest first, each once.</summary>
    public static IReadOnlyList<ClusterEvent> NewestFirst(IEnumerable<ClusterEvent> events) => [.. events.Distinct().OrderByDescending(one => one.At).Take(Most)];

    /// <summary>
    /// The events of objects of these names, and of pods that are gone but were of these ReplicaSets: a pod's name is its
    /// set's, a dash and five letters.
    /// </summary>
    public static IEnumerable<ClusterEvent> Told(IEnumerable<JsonElement> events, IReadOnlySet<string> names, IReadOnlyCollection<string> replicaSets) =>
        events.Where(one => one.Text("involvedObject", "name") is { } name && (names.Contains(name) || replicaSets.Any(set => IsPodOf(name, set))))
            .Select(one => new ClusterEvent(
                At(one), PlainText.OneLine(one.Text("reason") ?? "Event", 60),
                Fit($"{one.Text("involvedObject", "kind")} {one.Text("involvedObject", "name")}: {one.Text("message")}")));

    /// <summary>Why containers of a pod wait or ended, and why it was not scheduled.</summary>
    public static IEnumerable<ClusterEvent> Seen(JsonElement pod, DateTimeOffset now)
    {
        if (pod.Condition("PodScheduled") is var scheduled && scheduled.Text("status") == "False")
        {
            yield return new ClusterEvent(scheduled.Time("lastTransitionTime") ?? now, scheduled.Text("reason") ?? "Unschedulable", Fit($"Pod {pod.Name()}: {scheduled.Text("message")}"));
        }
        foreach (JsonElement container in pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses")))
        {
            string who = $"container {container.Text("name")} of pod {pod.Name()}";
            JsonElement ended = container.At("lastState", "terminated") is { ValueKind: JsonValueKind.Object } last ? last : container.At("state", "terminated");
            if (ended.Whole("exitCode") is { } code and not 0)
            {
                yield return new ClusterEvent(
                    ended.Time("finishedAt") ?? now, ended.Text("reason") ?? "Error", Fit(string.Create(CultureInfo.InvariantCulture, $"{who} ended with code {code}: {ended.Text("message")}")));
            }
            // What every pod passes through says nothing.
            if (container.Text("state", "waiting", "reason") is { } reason and not ("ContainerCreating" or "PodInitializing"))
            {
                yield return new ClusterEvent(ended.Time("finishedAt") ?? pod.Time("metadata", "creationTimestamp") ?? now, reason, Fit($"{who}: {container.Text("state", "waiting", "message")}"));
            }
        }
    }

    /// <summary>The lines of a log that was asked for with timestamps; what has none is the rest of a line that was cut.</summary>
    public static IEnumerable<ClusterEvent> Logged(string pod, string log)
    {
        foreach (string line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && DateTimeOffset.TryParse(line.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
                && Fit(line[(space + 1)..]) is { Length: > 0 } text)
            {
                yield return new ClusterEvent(at, "Log", $"{pod}: {text}");
            }
        }
    }

    /// <summary>The container whose log tells why a pod does not serve, and whether its run before the last restart does.</summary>
    public static (string Container, bool Previous)? Suspect(JsonElement pod)
    {
        JsonElement container = pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses"))
            .FirstOrDefault(one => one.Flag("ready") != true && (one.Whole("restartCount") > 0 || one.At("state", "running").ValueKind == JsonValueKind.Object
                || one.At("state", "terminated").ValueKind == JsonValueKind.Object));
        bool waits = container.At("state", "waiting").ValueKind == JsonValueKind.Object;
        return container.Text("name") is { } name ? (name, waits && container.Whole("restartCount") > 0) : null;
    }

    /// <summary>A text from the cluster without credentials, on one line.</summary>
    internal static string Fit(string text) => PlainText.OneLine(RedactSecrets.From(text), MostLetters);

    private static DateTimeOffset At(JsonElement told) => told.Time("series", "lastObservedTime") ?? told.Time("lastTimestamp") ?? told.Time("eventTime")
        ?? told.Time("firstTimestamp") ?? told.Time("metadata", "creationTimestamp") ?? DateTimeOffset.UnixEpoch;

    private static bool IsPodOf(string name, string set) =>
        name.Length == set.Length + 6 && name[set.Length] == '-' && name.StartsWith(set, StringComparison.Ordinal);
}
