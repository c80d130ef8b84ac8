using LlmOps.Ports;

namespace LlmOps.Manifests;

/// <summary>Reads a model's policy as it stands in Git now.</summary>
public sealed class ReadPolicy(IGitHost git, ControlPlaneOptions options)
{
    /// <summary>The policy on the branch's head; throws <see cref="ManifestException"/> when it is missing or wrong.</summary>
    public async Task<ModelPolicy> Current(string model, CancellationToken cancellation) =>
        (await At(model, await git.Head(options.Branch, cancellation), cancellation)).Policy;

    /// <summary>The policy at a revision, and a reader of the files beside it.</summary>
    public async Task<(ModelPolicy Policy, GitFiles Files)> At(string model, string revision, CancellationToken cancellation)
    {
        GitFiles files = new(git, revision, cancellation);
        string path = Slots.PolicyPath(model);
        return (ModelPolicy.Read(path, await files.TryRead(path)), files);
    }
}
