namespace LlmOps.Manifests;

/// <summary>The names of a model's two places to run a version, and the paths of their manifests.</summary>
public static class Slots
{
    public const string Blue = "blue";
    public const string Green = "green";

    /// <summary>The slot that is not this one.</summary>
    public static string Other(string slot) => slot switch
    {
        Blue => Green,
        Green => Blue,
        _ => throw new ArgumentOutOfRangeException(nameof(slot), slot, "a slot is blue or green"),
    };

    public static string SlotPath(string model, string slot) => $"apps/{model}/{slot}.yaml";

    public static string RoutePath(string model) => $"apps/{model}/route.yaml";

    public static string PolicyPath(string model) => $"apps/{model}/gates.yaml";

    public const string QuarantinePath = "quarantine.yaml";

    public const string FreezePath = "freeze.yaml";
}
