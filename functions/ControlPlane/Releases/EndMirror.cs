using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>
/// Ends the copies of users' requests that go to a release's slot, where no other commit does. Users meet nothing of it, so
/// nobody is asked before; without copies there is nothing to commit.
/// </summary>
public sealed class EndMirror(CommitOnce commits, ICluster cluster)
{
    public async Task Make(Release release, string why, CancellationToken cancellation)
    {
        GitChange change = new(
            $"{release.Key}/shadow/end", $"Copy no more requests to {release.Id}", PlainText.OneLine(why), [new("Release", release.Id)], Urgent: true);
        ChangeOutcome outcome = await commits.Make(change, async files =>
        {
            RouteFile route = await files.RouteFile(release.Model);
            return Edit.Of((route.Path, route.Text, RouteMirror.Without(await files.Dialect(release.Model), route, release.Slot!)));
        }, cancellation);
        if (outcome is { Found: false })
        {
            await cluster.RequestReconcile(cancellation);
        }
    }
}
