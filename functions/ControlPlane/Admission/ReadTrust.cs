using LlmOps.Admission.Signing;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Admission;

/// <summary>Which signature a model's versions must have, and the files of the revision of Git that says so.</summary>
public sealed record Trust(SignatureDemand Demand, GitFiles Files);

/// <summary>Reads a model's admission policy and the public keys that it names, at one revision.</summary>
public sealed class ReadTrust(IGitHost git, ReadPolicy policies, ControlPlaneOptions options)
{
    /// <summary>What the branch's head says now; throws <see cref="ManifestException"/> when it cannot be relied on.</summary>
    public async Task<Trust> Now(string model, CancellationToken cancellation)
    {
        (ModelPolicy policy, GitFiles files) = await policies.At(model, await git.Head(options.Branch, cancellation), cancellation);
        List<TrustedKey> keys = [];
        foreach (string path in policy.Admission.Keys)
        {
            keys.Add(TrustedKey.Read(path, await files.Read(path), out string problem) ?? throw new ManifestException(path, problem));
        }
        return new Trust(new SignatureDemand(policy.Admission.Signature == SignatureRule.Required, keys), files);
    }
}
