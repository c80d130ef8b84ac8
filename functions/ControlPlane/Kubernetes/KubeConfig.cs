using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Kubernetes;

/// <summary>Where an API server is, whom its certificate must be from, and what the file says to show it.</summary>
public sealed record ClusterAddress(Uri Server, string? AuthorityPem)
{
    public string? Token { get; init; }

    /// <summary>A client's certificate and its key, as PEM.</summary>
    public (string Certificate, string Key)? Client { get; init; }

    /// <summary>The address alone: the rest may be secret.</summary>
    public override string ToString() => Server.ToString();
}

/// <summary>
/// Reads the current context of a kubeconfig. Plugins (`exec`) are not run and `insecure-skip-tls-verify` is refused; AKS
/// gives a plugin, for whose token the app's identity is asked instead.
/// </summary>
public static class KubeConfig
{
    /// <summary>The current context's cluster and user; throws <see cref="ApiRefusedException"/> for a text that names none.</summary>
    public static ClusterAddress Read(string yaml)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(yaml));
            YamlNode root = stream.Documents.FirstOrDefault()?.RootNode ?? throw new ApiRefusedException("the kubeconfig is empty");
            YamlNode? context = Named(root, "contexts", "context", Text(root, "current-context"));
            YamlNode? cluster = Named(root, "clusters", "cluster", Text(context, "cluster"));
            YamlNode? user = Named(root, "users", "user", Text(context, "user"));
            if (!Uri.TryCreate(Text(cluster, "server"), UriKind.Absolute, out Uri? server))
            {
                throw new ApiRefusedException("the kubeconfig's current context names no server");
            }
            if (Text(cluster, "insecure-skip-tls-verify") == "true")
            {
                throw new ApiRefusedException("the kubeconfig says insecure-skip-tls-verify: whoever answers would be trusted with releases");
            }
            return new ClusterAddress(server, Decoded(cluster, "certificate-authority-data"))
            {
                Token = Text(user, "token"),
                Client = (Decoded(user, "client-certificate-data"), Decoded(user, "client-key-data")) is ({ } certificate, { } key) ? (certificate, key) : null,
            };
        }
        catch (Exception error) when (error is YamlException or FormatException)
        {
            // The reader's message may quote what it could not read.
            throw new ApiRefusedException("the kubeconfig cannot be read: it is no YAML, or its certificates are no base64");
        }
    }

    private static YamlNode? Named(YamlNode root, string list, string field, string? name) =>
        (At(root, list) as YamlSequenceNode)?.Children.Where(entry => name is not null && Text(entry, "name") == name).Select(entry => At(entry, field)).FirstOrDefault();

    private static string? Decoded(YamlNode? node, string field) => Text(node, field) is { Length: > 0 } text ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;

    private static string? Text(YamlNode? node, string field) => (At(node, field) as YamlScalarNode)?.Value;

    private static YamlNode? At(YamlNode? node, string field) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(field), out YamlNode? value) ? value : null;
}
