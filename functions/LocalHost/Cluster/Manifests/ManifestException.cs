namespace LlmOps.LocalHost.Cluster.Manifests;

/// <summary>A manifest that a cluster would not admit, with the field and the reason.</summary>
internal sealed class ManifestException(string message) : Exception(message);
