using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Functions.Blobs;

/// <summary>
/// Which blobs a function has handled, by name and ETag: a receipt is written after the handling, so that a restart does not
/// handle a blob again, while a crash before the receipt does.
/// </summary>
internal sealed class BlobReceipts
{
    private const string Container = "host";

    private readonly IBlobs blobs;
    private readonly string prefix;
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    private BlobReceipts(IBlobs blobs, string function)
    {
        this.blobs = blobs;
        prefix = $"blob-receipts/{function}/";
    }

    public static async Task<BlobReceipts> Load(IBlobs blobs, string function, CancellationToken cancellation)
    {
        BlobReceipts receipts = new(blobs, function);
        await foreach (BlobItem receipt in blobs.List(Container, receipts.prefix, cancellation))
        {
            receipts.written.Add(receipt.Name);
        }
        return receipts;
    }

    public bool Has(BlobItem blob) => written.Contains(NameOf(blob));

    public async Task Write(BlobItem blob, CancellationToken cancellation)
    {
        string name = NameOf(blob);
        await blobs.PutText(Container, name, $"{blob.Name} {blob.ETag}\n", PutCondition.IfAbsent, cancellation);
        written.Add(name);
    }

    private string NameOf(BlobItem blob) =>
        prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{blob.Name}\n{blob.ETag}")));
}
