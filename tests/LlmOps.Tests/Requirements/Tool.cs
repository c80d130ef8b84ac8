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
    Prometheus,
    Promtool,
    Kustomize,
    ManifestSchemas,
}
