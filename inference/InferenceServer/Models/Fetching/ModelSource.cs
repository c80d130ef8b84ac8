namespace LlmOps.Inference.Models.Fetching;

/// <summary>Where the manifest says that a version lies.</summary>
internal abstract record ModelSource
{
    // Azure's public cloud, its partitions' endpoints in zones, the US government's and China's.
    private static readonly string[] BlobHosts = [".blob.core.windows.net", ".blob.storage.azure.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn"];

    private ModelSource()
    {
    }

    /// <summary>What logs and errors may show.</summary>
    public abstract string Shown { get; }

    /// <summary>Reads a path, <c>file:</c> or an address; the error shows nothing that stands in a query.</summary>
    public static (ModelSource? Source, string? Error) Parse(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal) && !Begins("file:"))
        {
            // Taken for a folder, a mistyped address would be shown with its query.
            return Begins("http:") || Begins("https:") ? (null, "is not an address") : (new Folder(text), null);
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri))
        {
            return Begins("file:") && text[5..] is { Length: > 0 } path && !path.StartsWith("//", StringComparison.Ordinal)
                ? (new Folder(path), null)
                : (null, "is not an address");
        }
        if (uri.IsFile) return uri.Host.Length == 0 ? (new Folder(uri.LocalPath), null) : (null, "names a file of another machine");
        if (uri.UserInfo.Length > 0) return (null, "carries a name or a password");
        if (uri.Fragment.Length > 0) return (null, "carries a fragment");
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        {
            return (null, $"begins with {uri.Scheme}; file, https, and http from this machine alone are known");
        }
        return (new Origin(uri, IsBlob(uri) && !IsSigned(uri)), null);

        bool Begins(string scheme) => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsBlob(Uri uri) => BlobHosts.Any(host => uri.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase));

    // A shared access signature says by itself what it allows; with a token beside it, the account refuses both.
    private static bool IsSigned(Uri uri) => uri.Query.TrimStart('?').Split('&').Any(pair => pair.StartsWith("sig=", StringComparison.OrdinalIgnoreCase));

    /// <summary>A folder of this machine, which is served as it lies there.</summary>
    public sealed record Folder(string Path) : ModelSource
    {
        public override string Shown => Path;
    }

    /// <summary>A web server, or an account of Azure Blob Storage.</summary>
    /// <param name="Address">The version's folder there.</param>
    /// <param name="AsIdentity">Whether requests show a token of the identity that this process runs as.</param>
    public sealed record Origin(Uri Address, bool AsIdentity) : ModelSource
    {
        /// <summary>Without the query, which may hold a signature.</summary>
        public override string Shown => Address.GetLeftPart(UriPartial.Path).TrimEnd('/');

        /// <summary>The address of a file of the version; the query goes along with it.</summary>
        public Uri Of(string path) => new($"{Shown}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}{Address.Query}");

        public override string ToString() => Shown;
    }
}
