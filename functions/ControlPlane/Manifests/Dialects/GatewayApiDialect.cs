namespace LlmOps.Manifests.Dialects;

/// <summary>Slots are Deployments, the route is an HTTPRoute over their Services. The only dialect of the local process cluster.</summary>
internal sealed class GatewayApiDialect : IMirroringDialect
{
    public string Name => ManifestDialects.Default;

    public SlotManifest ReadSlot(SlotFile file) => SlotManifest.Read(file.Path, file.Text);

    public string WriteSlot(SlotFile file, SlotManifest slot) => slot.WriteTo(file.Path, file.Text);

    public RouteManifest ReadRoute(RouteFile file) => RouteManifest.Read(file.Model, file.Path, file.Text);

    public string WriteRoute(RouteFile file, RouteManifest weights, IdleSlot idle) => weights.WriteTo(file.Model, file.Path, file.Text);

    public RouteMirror? ReadMirror(RouteFile file) => HttpRouteMirror.Read(file);

    public string WriteMirror(RouteFile file, RouteMirror? mirror) => this.Checked(file, mirror, HttpRouteMirror.Write(file, mirror));
}
