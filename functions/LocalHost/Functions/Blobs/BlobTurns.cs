using LlmOps.Ports;

namespace LlmOps.LocalHost.Functions.Blobs;

/// <summary>
/// Gives each blob its tries, a growing pause apart, without one that fails holding up the others. A restart forgets how
/// often a blob failed.
/// </summary>
internal sealed class BlobTurns(BlobTry tries, Backoff backoff, TimeProvider clock)
{
    private readonly Dictionary<(string Name, string ETag), (int Tries, DateTimeOffset NextAt)> failures = [];

    /// <summary>Tries a blob if its turn has come, and writes its receipt when it is done with.</summary>
    public async Task Take(BlobArrival arrival, BlobReceipts receipts, CancellationToken cancellation)
    {
        (string, string) key = (arrival.Blob.Name, arrival.Blob.ETag);
        (int failed, DateTimeOffset nextAt) = failures.GetValueOrDefault(key);
        if (clock.GetUtcNow() < nextAt)
        {
            return;
        }
        int attempt = failed + 1;
        if (await tries.Run(arrival, attempt, cancellation))
        {
            await receipts.Write(arrival.Blob, cancellation);
            failures.Remove(key);
        }
        else
        {
            failures[key] = (attempt, clock.GetUtcNow() + backoff.After(attempt));
        }
    }
}
