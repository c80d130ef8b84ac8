using System.ComponentModel.DataAnnotations;

namespace LlmOps.Manifests;

/// <summary>Whether a version must be signed.</summary>
public enum SignatureRule
{
    /// <summary>A version may come without a signature; one that has a wrong one is rejected.</summary>
    Optional,

    /// <summary>A version without a signature of one of the keys is rejected.</summary>
    Required,
}

/// <summary>Who must vouch for a version before it is released.</summary>
public sealed record AdmissionPolicy
{
    public SignatureRule Signature { get; init; } = SignatureRule.Optional;

    /// <summary>Paths of public keys in PEM, from the root of the GitOps repository.</summary>
    [Required] public List<string> Keys { get; init; } = [];

    internal IEnumerable<string> Problems()
    {
        if (Keys is null)
        {
            yield return "admission.keys needs a value";
            yield break;
        }
        if (!Enum.IsDefined(Signature))
        {
            yield return "admission.signature is optional or required";
        }
        if (Signature == SignatureRule.Required && Keys.Count == 0)
        {
            yield return "admission.signature is required, but admission.keys names none";
        }
        foreach (string key in Keys.Where(key => !ModelPolicy.IsSafe(key) || !key.EndsWith(".pem", StringComparison.Ordinal)))
        {
            yield return $"admission.keys: '{key}' must be the path of a .pem file in the repository";
        }
    }
}
