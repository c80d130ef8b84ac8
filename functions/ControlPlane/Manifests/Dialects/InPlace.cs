namespace LlmOps.Manifests.Dialects;

/// <summary>An edit is kept only when the edited text reads as what was asked for.</summary>
internal static class InPlace
{
    public static string Checked(this IManifestDialect dialect, SlotFile file, SlotManifest asked, string written) =>
        dialect.ReadSlot(file with { Text = written }) == asked
            ? written
            : throw new ManifestException(file.Path, "cannot be edited in place: write version, digest and replicas as plain values");

    public static string Checked(this IManifestDialect dialect, RouteFile file, RouteManifest asked, string written) =>
        dialect.ReadRoute(file with { Text = written }) == asked
            ? written
            : throw new ManifestException(file.Path, "cannot be edited in place: write both weights as plain numbers");

    public static string Checked(this IMirroringDialect dialect, RouteFile file, RouteMirror? asked, string written)
    {
        RouteFile edited = file with { Text = written };
        return dialect.ReadMirror(edited) == asked && dialect.ReadRoute(edited) == dialect.ReadRoute(file)
            ? written
            : throw new ManifestException(file.Path, "copies of requests cannot be edited in place: write each filter and each key on lines of its own");
    }
}
