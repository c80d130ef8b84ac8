using System.Text.Json;

namespace LlmOps.Kubernetes;

/// <summary>
/// The endpoints of a Service, each pod once: a pod of two address families stands in two slices. Those that are not ready
/// but still `serving` are on their way out and get requests until the last proxy has heard it.
/// </summary>
internal sealed class ServedPods
{
    private readonly HashSet<string> ready = new(StringComparer.Ordinal);
    private readonly HashSet<string> serving = new(StringComparer.Ordinal);

    private ServedPods()
    {
    }

    /// <summary>Reads EndpointSlices (kubernetes, discovery.k8s.io/v1): a condition that is missing counts as true, `serving` as `ready`.</summary>
    public static ServedPods Of(IEnumerable<JsonElement> slices)
    {
        ServedPods served = new();
        foreach (JsonElement endpoint in slices.SelectMany(slice => slice.Items("endpoints")))
        {
            // An endpoint that is no pod is somebody's by hand: its address stands for it.
            string name = endpoint.Text("targetRef", "name") ?? $"address {endpoint.Items("addresses").FirstOrDefault().Text()}";
            bool isReady = endpoint.Flag("conditions", "ready") ?? true;
            if (isReady)
            {
                served.ready.Add(name);
            }
            if (endpoint.Flag("conditions", "serving") ?? isReady)
            {
                served.serving.Add(name);
            }
        }
        return served;
    }

    public bool IsReady(string pod) => ready.Contains(pod);

    /// <summary>How many get requests and are none of these.</summary>
    public int OthersThan(IReadOnlySet<string> pods) => serving.Union(ready).Count(name => !pods.Contains(name));
}
