namespace LlmOps.LocalHost.Cluster.Reconciling;

/// <summary>What kind of object a file of `apps/MODEL/` holds.</summary>
internal enum ManifestKind
{
    Slot,
    Route,
}

/// <summary>A file that holds an object: its path, the model's folder and its name there without `.yaml`.</summary>
internal sealed record ManifestFile(string Path, ManifestKind Kind, string Model, string Name)
{
    /// <summary>Recognises `apps/MODEL/{blue,green,route}.yaml`; null for every other path.</summary>
    public static ManifestFile? From(string path) => path.Split('/') switch
    {
        ["apps", var model, "blue.yaml"] => new(path, ManifestKind.Slot, model, "blue"),
        ["apps", var model, "green.yaml"] => new(path, ManifestKind.Slot, model, "green"),
        ["apps", var model, "route.yaml"] => new(path, ManifestKind.Route, model, "route"),
        _ => null,
    };
}
