namespace LlmOps.Tests.Requirements;

/// <summary>What some tests need and a machine may lack.</summary>
public enum Tool
{
    Node,
    OpenAiSdk,
    OpenSsl,
    WebhookVerifiers,
    Prometheus,
    Promtool,
    Git,
    Azurite,
    GitHubPayloads,
    Kustomize,
    ManifestSchemas,
}
