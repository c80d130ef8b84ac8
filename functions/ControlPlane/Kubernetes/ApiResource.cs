namespace LlmOps.Kubernetes;

/// <summary>A kind of object of the Kubernetes API, by its group ("" is the core), version and plural.</summary>
public sealed record ApiResource(string Group, string Version, string Plural)
{
    public static readonly ApiResource Pods = new("", "v1", "pods");
    public static readonly ApiResource Events = new("", "v1", "events");
    public static readonly ApiResource Nodes = new("", "v1", "nodes");
    public static readonly ApiResource Deployments = new("apps", "v1", "deployments");
    public static readonly ApiResource ReplicaSets = new("apps", "v1", "replicasets");
    public static readonly ApiResource EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices");
    public static readonly ApiResource Kustomizations = new("kustomize.toolkit.fluxcd.io", "v1", "kustomizations");
    public static readonly ApiResource GitRepositories = new("source.toolkit.fluxcd.io", "v1", "gitrepositories");
    public static readonly ApiResource OciRepositories = new("source.toolkit.fluxcd.io", "v1", "ocirepositories");
    public static readonly ApiResource HttpRoutes = new("gateway.networking.k8s.io", "v1", "httproutes");
    public static readonly ApiResource VirtualServices = new("networking.istio.io", "v1", "virtualservices");
    public static readonly ApiResource InferenceServices = new("serving.kserve.io", "v1beta1", "inferenceservices");
    public static readonly ApiResource LlmInferenceServices = new("serving.kserve.io", "v1alpha2", "llminferenceservices");
    public static readonly ApiResource KnativeConfigurations = new("serving.knative.dev", "v1", "configurations");
    public static readonly ApiResource KnativeRoutes = new("serving.knative.dev", "v1", "routes");

    /// <summary>As a role's reader knows it: `deployments.apps`.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
