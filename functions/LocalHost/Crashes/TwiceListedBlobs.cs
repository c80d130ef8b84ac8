using System.Runtime.CompilerServices;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Crashes;

/// <summary>Lists each uploaded blob a second time as if it had been written again, so that its event is delivered twice.</summary>
internal sealed class TwiceListedBlobs(IBlobs blobs) : IBlobs
{
    public async IAsyncEnumerable<BlobItem> List(string container, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (BlobItem item in blobs.List(container, prefix, cancellation))
        {
            yield return item;
            if (container == Containers.Models)
            {
                yield return item with { ETag = $"{item.ETag}-again" };
            }
        }
    }

    public Task<BlobContent?> OpenRead(string container, string name, CancellationToken cancellation) =>
        blobs.OpenRead(container, name, cancellation);

    public Task<PutResult> Put(string container, string name, Stream content, PutCondition condition, CancellationToken cancellation) =>
        blobs.Put(container, name, content, condition, cancellation);

    public Task<AppendResult> Append(
        string container, string name, ReadOnlyMemory<byte> bytes, long expectedLength, CancellationToken cancellation) =>
        blobs.Append(container, name, bytes, expectedLength, cancellation);
}
