namespace LlmOps.Tests.Requirements;

/// <summary>What some tests need and a machine may lack.</summary>
public enum Tool
{
    Node,
    OpenAiSdk,
    Oracles,
    Jinja2,
    OpenSsl,
    WebhookVerifiers,
    GitHubSchemas,
    Prometheus,
    Promtool,
    Git,
    Azurite,
    GitHubPayloads,
    InfraReaders,
    Kustomize,
    ManifestSchemas,
}
