using System.ComponentModel.DataAnnotations;
using System.Text;

namespace LlmOps.Kubernetes;

/// <summary>How the app shows the API server who it is.</summary>
public enum ClusterAccess
{
    /// <summary>By a token of Entra ID for AKS.</summary>
    Aks,

    /// <summary>By the service account of the pod that it runs in.</summary>
    InCluster,

    /// <summary>By a token or certificate in a file, for a cluster on one's own machine.</summary>
    KubeConfig,
}

/// <summary>The cluster that Flux reconciles: how it is reached and where the slots are in it.</summary>
public sealed record KubernetesOptions
{
    public ClusterAccess Access { get; init; } = ClusterAccess.Aks;

    /// <summary>With Aks: the cluster's resource id, from which its address and authority are asked. Or Server and CertificateAuthority.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>With Aks: the API server's address, where it is not to be asked for.</summary>
    public Uri? Server { get; init; }

    /// <summary>With Server: the authority of its certificate, PEM or PEM in base64. Empty trusts the machine's authorities.</summary>
    public string CertificateAuthority { get; init; } = "";

    /// <summary>With Aks: Azure Resource Manager; another one in a sovereign cloud.</summary>
    public Uri ManagementUri { get; init; } = new("https://management.azure.com");

    /// <summary>With KubeConfig: the file's path.</summary>
    public string KubeConfigPath { get; init; } = "";

    /// <summary>The namespace of the slots: `targetNamespace` of the Kustomization.</summary>
    [Required, RegularExpression(NamePattern)] public string Namespace { get; init; } = "llmops";

    /// <summary>The Kustomization that applies the slots.</summary>
    [Required, RegularExpression(NamePattern)] public string Kustomization { get; init; } = "llmops-apps";

    [Required, RegularExpression(NamePattern)] public string FluxNamespace { get; init; } = "flux-system";

    /// <summary>
    /// Where a slot's own Service is reached from here; {model}, {slot}, {service} and {namespace} are put in. The default
    /// holds within the cluster; from outside it needs an internal address that passes the weights by.
    /// </summary>
    [Required] public string SlotAddress { get; init; } = "http://{service}.{namespace}.svc.cluster.local";

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long Flux may take to fetch Git before it is let to follow it again.</summary>
    public TimeSpan FetchPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a route that was set past Git is watched while Flux ends what it was applying.</summary>
    public TimeSpan SettlePatience { get; init; } = TimeSpan.FromSeconds(10);

    private const string PemBegin = "-----BEGIN CERTIFICATE-----";
    private const string NamePattern = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?";

    /// <summary>The authority as PEM; null where the machine's are trusted. Throws FormatException for what is neither PEM nor base64 of it.</summary>
    public string? AuthorityPem()
    {
        if (CertificateAuthority.Length == 0)
        {
            return null;
        }
        string pem = CertificateAuthority.Contains(PemBegin, StringComparison.Ordinal) ? CertificateAuthority : Encoding.UTF8.GetString(Convert.FromBase64String(CertificateAuthority));
        return pem.Contains(PemBegin, StringComparison.Ordinal) ? pem : throw new FormatException("no PEM");
    }

    /// <summary>The base address of a slot's Service.</summary>
    public Uri AddressOf(string model, string slot, string service) => new(SlotAddress
        .Replace("{model}", model, StringComparison.Ordinal).Replace("{slot}", slot, StringComparison.Ordinal)
        .Replace("{service}", service, StringComparison.Ordinal).Replace("{namespace}", Namespace, StringComparison.Ordinal));

    /// <summary>Throws <see cref="ValidationException"/> with all that is wrong.</summary>
    public void Validate()
    {
        List<ValidationResult> found = [];
        Validator.TryValidateObject(this, new ValidationContext(this), found, validateAllProperties: true);
        string[] problems = [.. found.Select(problem => $"Kubernetes: {problem.ErrorMessage}"), .. Problems()];
        if (problems.Length > 0)
        {
            throw new ValidationException(string.Join("; ", problems));
        }
    }

    private IEnumerable<string> Problems()
    {
        if (Access == ClusterAccess.Aks && ClusterId.Length > 0 == Server is not null)
        {
            yield return "Kubernetes:ClusterId or Kubernetes:Server must be set, and not both";
        }
        if (ClusterId.Length > 0 && !ClusterId.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase))
        {
            yield return "Kubernetes:ClusterId must be a resource id, /subscriptions/…/managedClusters/NAME";
        }
        if (Access == ClusterAccess.KubeConfig && KubeConfigPath.Length == 0)
        {
            yield return "Kubernetes:KubeConfigPath must name a file with the access KubeConfig";
        }
        if (!IsAuthorityReadable())
        {
            yield return "Kubernetes:CertificateAuthority must be a certificate as PEM, or that in base64";
        }
        foreach ((string name, Uri? address) in new[] { ("Server", Server), ("ManagementUri", ManagementUri) })
        {
            if (address is not null && (!address.IsAbsoluteUri || (address.Scheme != "https" && !address.IsLoopback)))
            {
                yield return $"Kubernetes:{name} must be https: a token is shown";
            }
        }
        if (!Uri.TryCreate(SlotAddress.Replace('{', 'x').Replace('}', 'x'), UriKind.Absolute, out Uri? slot) || slot.Scheme is not ("http" or "https"))
        {
            yield return "Kubernetes:SlotAddress must be an address such as http://{service}.{namespace}.svc.cluster.local";
        }
        if (Timeout <= TimeSpan.Zero || FetchPatience <= TimeSpan.Zero || SettlePatience <= TimeSpan.Zero)
        {
            yield return "Kubernetes:Timeout, FetchPatience and SettlePatience must be positive";
        }
    }

    private bool IsAuthorityReadable()
    {
        try
        {
            AuthorityPem();
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
