namespace LlmOps.LocalHost.Cluster.Manifests;

/// <summary>A container's arguments on one machine: its own, but for the address, of which each process needs another.</summary>
internal static class ContainerArguments
{
    private const string Urls = "--urls";

    public static IReadOnlyList<string> WithoutUrls(IEnumerable<string> arguments)
    {
        List<string> kept = [];
        bool skipValue = false;
        foreach (string argument in arguments)
        {
            if (!skipValue && argument != Urls && !argument.StartsWith(Urls + "=", StringComparison.Ordinal))
            {
                kept.Add(argument);
            }
            skipValue = !skipValue && argument == Urls;
        }
        return kept;
    }
}
