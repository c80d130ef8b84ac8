namespace LlmOps.Manifests;

/// <summary>How the changes of a rollout reach the reconciled branch. A rollback is always a commit.</summary>
public enum ChangeMode
{
    /// <summary>Means: the control plane commits them.</summary>
    Direct,

    /// <summary>Means: it opens a pull request, and waits until people have merged it.</summary>
    PullRequest,
}

/// <summary>Reads how a model's changes are made.</summary>
public static class ChangeModes
{
    /// <summary>What a gates.yaml says under `changes`. It reads that one key, so that a wrong gate empties no slot less.</summary>
    public static ChangeMode Read(string file, string? policy) =>
        policy is null || YamlText.Optional(new YamlText(file, policy).Root(), "changes") is not { } node ? ChangeMode.Direct
            : (node as YamlDotNet.RepresentationModel.YamlScalarNode)?.Value switch
            {
                "direct" => ChangeMode.Direct,
                "pull_request" => ChangeMode.PullRequest,
                var other => throw new ManifestException(file, $"changes: '{other}' must be direct or pull_request"),
            };
}
