namespace LlmOps.Ports;

/// <summary>The names of the blob containers.</summary>
public static class Containers
{
    /// <summary>Uploads: `MODEL/VERSION/…`, `release.json` last.</summary>
    public const string Models = "models";

    /// <summary>The control plane's own records: releases, registry, evidence, inbox, processed keys.</summary>
    public const string State = "state";

    /// <summary>The audit log's segments.</summary>
    public const string Audit = "audit";
}
