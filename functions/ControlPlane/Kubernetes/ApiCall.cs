using System.Globalization;

namespace LlmOps.Kubernetes;

/// <summary>One call of the Kubernetes API, in the words of its roles: verb, resource, namespace, name and subresource.</summary>
public sealed record ApiCall(string Verb, ApiResource Resource, string? Namespace, string? Name = null, string? Subresource = null)
{
    /// <summary>The most objects of one page of a list.</summary>
    public const int PageSize = 500;

    /// <summary>Whose fields a patch sets; Flux undoes what is set as `kubectl`, and nothing of other managers.</summary>
    public const string FieldOwner = "llmops-control-plane";

    /// <summary>The query, with its question mark, or nothing.</summary>
    public string Query { get; private init; } = "";

    /// <summary>Path and query, relative to the server's address.</summary>
    public Uri Address
    {
        get
        {
            string path = Resource.Group.Length == 0 ? $"api/{Resource.Version}" : $"apis/{Resource.Group}/{Resource.Version}";
            path += Namespace is null ? $"/{Resource.Plural}" : $"/namespaces/{Uri.EscapeDataString(Namespace)}/{Resource.Plural}";
            path += Name is null ? "" : $"/{Uri.EscapeDataString(Name)}";
            return new Uri((Subresource is null ? path : $"{path}/{Subresource}") + Query, UriKind.Relative);
        }
    }

    public static ApiCall Get(ApiResource resource, string space, string name) => new("get", resource, space, name);

    /// <summary>A list, of all namespaces where none is given; <paramref name="labels"/> is a label selector.</summary>
    public static ApiCall List(ApiResource resource, string? space, string labels = "") => new("list", resource, space)
    {
        Query = string.Create(CultureInfo.InvariantCulture, $"?limit={PageSize}") + (labels.Length == 0 ? "" : $"&labelSelector={Uri.EscapeDataString(labels)}"),
    };

    public static ApiCall Patch(ApiResource resource, string space, string name) => new("patch", resource, space, name) { Query = $"?fieldManager={FieldOwner}" };

    /// <summary>The last lines of a container's log; with <paramref name="previous"/> of the run before the last restart.</summary>
    public static ApiCall Log(string space, string pod, string container, int lines, bool previous) => new("get", ApiResource.Pods, space, pod, "log")
    {
        Query = string.Create(CultureInfo.InvariantCulture, $"?container={Uri.EscapeDataString(container)}&tailLines={lines}&limitBytes=16384&timestamps=true")
            + (previous ? "&previous=true" : ""),
    };

    /// <summary>The page of a list that follows, by the token that the page before ended with.</summary>
    public ApiCall After(string token) => this with { Query = $"{Query}&continue={Uri.EscapeDataString(token)}" };

    public override string ToString() => $"{Verb} {Resource}{(Subresource is null ? "" : "/" + Subresource)}{(Name is null ? "" : " " + Name)}{(Namespace is null ? "" : " in " + Namespace)}";
}
