namespace LlmOps.Manifests;

/// <summary>Copies of users' requests to a slot, and how many of a hundred; whatever answers them is thrown away.</summary>
public sealed record RouteMirror(string Slot, int Percent)
{
    /// <summary>The route's text without copies to a slot, or as it is where none go there. Copies to anything but the two slots are people's.</summary>
    public static string Without(IManifestDialect dialect, RouteFile file, string slot) =>
        dialect is IMirroringDialect mirroring && mirroring.ReadMirror(file)?.Slot == slot ? mirroring.WriteMirror(file, null) : file.Text;
}
