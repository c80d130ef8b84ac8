using System.Net;
using System.Text.RegularExpressions;

namespace LlmOps.Events;

/// <summary>Checks the settings of webhooks at start: an event must not be the first to find out.</summary>
public static partial class WebhookSettings
{
    /// <summary>Throws with all that is wrong; no secret or address is quoted.</summary>
    public static void Check(ControlPlaneOptions options)
    {
        List<string> problems =
        [
            .. options.WebhookNetworks.Where(network => !IPNetwork.TryParse(network, out _)).Select(network => $"'{network}' is no network such as 10.0.0.0/8"),
            .. options.Webhooks.SelectMany(endpoint => Problems(endpoint, options).Select(problem => $"webhook '{endpoint.Name}': {problem}")),
            .. options.Webhooks.GroupBy(endpoint => endpoint.Name).Where(same => same.Count() > 1).Select(same => $"webhook '{same.Key}' is there {same.Count()} times"),
        ];
        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"the settings of webhooks are wrong: {string.Join("; ", problems)}");
        }
    }

    private static IEnumerable<string> Problems(WebhookEndpoint endpoint, ControlPlaneOptions options)
    {
        if (!NamePattern().IsMatch(endpoint.Name))
        {
            yield return "its name must be of a-z, 0-9 and -, at most 40 characters";
        }
        if (!Uri.TryCreate(endpoint.Url, UriKind.Absolute, out Uri? url) || url.UserInfo.Length > 0 || !IsSecure(url, options))
        {
            yield return "its url must be an https address without a user (http only to loopback, where WebhookNetworks admits that)";
        }
        if (!WebhookFormat.All.Contains(endpoint.Format))
        {
            yield return $"'{endpoint.Format}' is no format; there are {string.Join(", ", WebhookFormat.All)}";
        }
        foreach (string pattern in endpoint.Events.Where(pattern => !EventTypes.All.Any(type => EventTypes.Names(pattern, type))))
        {
            yield return $"'{pattern}' names no event";
        }
        if (endpoint.Secrets.Count == 0)
        {
            yield return "it needs the name of a secret";
        }
        foreach (string name in endpoint.Secrets.Where(name => WebhookSignature.KeyOf(options.WebhookSecrets.GetValueOrDefault(name, "")) is null))
        {
            yield return $"the secret '{name}' is missing or is not {WebhookSignature.Prefix} and base64 of 24 to 64 bytes";
        }
    }

    private static bool IsSecure(Uri url, ControlPlaneOptions options) =>
        url.Scheme == Uri.UriSchemeHttps
        || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && PublicNetwork.Admits(IPAddress.Loopback, options.WebhookNetworks.Where(network => IPNetwork.TryParse(network, out _))));

    [GeneratedRegex(@"\A[a-z0-9-]{1,40}\z")]
    private static partial Regex NamePattern();
}
