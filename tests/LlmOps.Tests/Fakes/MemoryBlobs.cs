using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.Tests.Fakes;

/// <summary>Blobs in memory: ETags change with each write, conditions and positions are checked under one lock.</summary>
internal sealed class MemoryBlobs(TimeProvider? clock = null, Effects? effects = null) : IBlobs
{
    private readonly SortedDictionary<(string Container, string Name), Blob> blobs =
        new(Comparer<(string Container, string Name)>.Create((a, b) =>
            string.CompareOrdinal(a.Container, b.Container) is var c and not 0 ? c : string.CompareOrdinal(a.Name, b.Name)));

    private int writes;

    /// <summary>Runs before each put is tried: somebody else may write here.</summary>
    public Action<string>? BeforePut { get; set; }

    public Task<BlobContent?> OpenRead(string container, string name, CancellationToken cancellation)
    {
        lock (blobs)
        {
            return Task.FromResult(blobs.TryGetValue((container, name), out Blob? blob)
                ? new BlobContent(new MemoryStream(blob.Bytes, writable: false), blob.ETag, blob.Bytes.Length)
                : null);
        }
    }

    public async Task<PutResult> Put(string container, string name, Stream content, PutCondition condition, CancellationToken cancellation)
    {
        using MemoryStream copy = new();
        await content.CopyToAsync(copy, cancellation);
        BeforePut?.Invoke(name);
        PutResult result;
        lock (blobs)
        {
            string? current = blobs.TryGetValue((container, name), out Blob? blob) ? blob.ETag : null;
            result = current == condition.IfMatch ? new PutResult(Store(container, name, copy.ToArray())) : new PutResult(null);
        }
        if (result.Written)
        {
            effects?.Note($"put {container}/{name}");
        }
        return result;
    }

    public async IAsyncEnumerable<BlobItem> List(string container, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        List<BlobItem> items;
        lock (blobs)
        {
            items = blobs.Where(blob => blob.Key.Container == container && blob.Key.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(blob => new BlobItem(blob.Key.Name, blob.Value.ETag, blob.Value.Bytes.Length, blob.Value.At)).ToList();
        }
        foreach (BlobItem item in items)
        {
            yield return item;
        }
    }

    public Task<AppendResult> Append(string container, string name, ReadOnlyMemory<byte> bytes, long expectedLength, CancellationToken cancellation)
    {
        lock (blobs)
        {
            byte[] current = blobs.TryGetValue((container, name), out Blob? blob) ? blob.Bytes : [];
            if (current.Length != expectedLength)
            {
                return Task.FromResult(new AppendResult(false, current.Length));
            }
            Store(container, name, [.. current, .. bytes.Span]);
        }
        effects?.Note($"append {container}/{name}");
        return Task.FromResult(new AppendResult(true, expectedLength + bytes.Length));
    }

    /// <summary>Writes past all conditions, as a person with the keys of the storage would.</summary>
    public void Overwrite(string container, string name, byte[] bytes)
    {
        lock (blobs)
        {
            Store(container, name, bytes);
        }
    }

    public void Overwrite(string container, string name, string text) => Overwrite(container, name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes past all conditions, at a time of its own.</summary>
    public void Write(string container, string name, byte[] bytes, DateTimeOffset at)
    {
        lock (blobs)
        {
            Store(container, name, bytes);
            blobs[(container, name)] = blobs[(container, name)] with { At = at };
        }
    }

    public void Delete(string container, string name)
    {
        lock (blobs)
        {
            blobs.Remove((container, name));
        }
    }

    public byte[] Bytes(string container, string name)
    {
        lock (blobs)
        {
            return blobs[(container, name)].Bytes;
        }
    }

    public IReadOnlyList<string> Names(string container, string prefix = "")
    {
        lock (blobs)
        {
            return blobs.Keys.Where(key => key.Container == container && key.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key.Name).ToList();
        }
    }

    private string Store(string container, string name, byte[] bytes)
    {
        string etag = string.Create(CultureInfo.InvariantCulture, $"\"{++writes}\"");
        blobs[(container, name)] = new Blob(bytes, etag, clock?.GetUtcNow() ?? default);
        return etag;
    }

    private sealed record Blob(byte[] Bytes, string ETag, DateTimeOffset At);
}
