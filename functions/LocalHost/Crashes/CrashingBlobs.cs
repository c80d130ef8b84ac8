using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Crashes;

/// <summary>A point after each put and each append that took place.</summary>
internal sealed class CrashingBlobs(IBlobs blobs, CrashPoints points) : IBlobs
{
    private const string HostContainer = "host";
    private const string RegistryPrefix = "registry/";

    public Task<BlobContent?> OpenRead(string container, string name, CancellationToken cancellation) =>
        blobs.OpenRead(container, name, cancellation);

    public async Task<PutResult> Put(string container, string name, Stream content, PutCondition condition, CancellationToken cancellation)
    {
        PutResult result = await blobs.Put(container, name, content, condition, cancellation);
        if (result.Written)
        {
            (string kind, string detail) = Point(container, name);
            points.Reached(kind, detail);
        }
        return result;
    }

    public IAsyncEnumerable<BlobItem> List(string container, string prefix, CancellationToken cancellation) =>
        blobs.List(container, prefix, cancellation);

    public async Task<AppendResult> Append(
        string container, string name, ReadOnlyMemory<byte> bytes, long expectedLength, CancellationToken cancellation)
    {
        AppendResult result = await blobs.Append(container, name, bytes, expectedLength, cancellation);
        if (result.Written)
        {
            points.Reached("audit", JsonElement.Parse(bytes.Span).GetProperty("id").GetString()!);
        }
        return result;
    }

    // A receipt is named by its blob's time of writing, which is another in each run: its function names it well enough.
    private static (string Kind, string Detail) Point(string container, string name) => container switch
    {
        HostContainer => ("receipt", name[..name.LastIndexOf('/')]),
        Containers.State when name.StartsWith(RegistryPrefix, StringComparison.Ordinal) => ("alias", name),
        _ => ("store", $"{container}/{name}"),
    };
}
