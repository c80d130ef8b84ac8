using System.Globalization;
using System.Runtime.CompilerServices;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// Blobs as the files of a folder, for processes of one machine. A blob's version is its time of writing, which every
/// write moves on. All writes, appends too, are a staged file renamed into place under the container's lock: there is no
/// state in between to repair after a crash. So an append costs what its blob is long (2 ms at 1 MB), and logs are kept in
/// segments. Unlike in a cloud's store, a blob `a` and a blob `a/b` cannot both be.
/// </summary>
public sealed class FolderBlobs : IBlobs
{
    private readonly BlobFolder folder;
    private readonly TimeProvider clock;

    public FolderBlobs(string path, TimeProvider clock)
    {
        folder = new BlobFolder(path);
        this.clock = clock;
        StagedFile.Sweep(folder.Staging);
    }

    public Task<BlobContent?> OpenRead(string container, string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        FileInfo file = folder.FileOf(container, name);
        return Task.FromResult(file.Exists ? Open(file) : null);
    }

    public async Task<PutResult> Put(string container, string name, Stream content, PutCondition condition, CancellationToken cancellation)
    {
        FileInfo file = folder.FileOf(container, name);
        using StagedFile staged = new(folder.Staging);
        await content.CopyToAsync(staged.Content, cancellation);
        staged.Seal();
        using IDisposable held = await FileLock.Acquire(folder.LockOf(container), cancellation);
        file.Refresh();
        string? etag = file.Exists ? ETagOf(file.LastWriteTimeUtc, file.Length) : null;
        return etag == condition.IfMatch ? new PutResult(Publish(staged, file)) : default;
    }

    public async IAsyncEnumerable<BlobItem> List(
        string container, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach ((string name, FileInfo file) in folder.FilesOf(container, prefix).OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            DateTime written = file.LastWriteTimeUtc;
            yield return new BlobItem(name, ETagOf(written, file.Length), file.Length, new DateTimeOffset(written));
        }
        await Task.CompletedTask;
    }

    public async Task<AppendResult> Append(
        string container, string name, ReadOnlyMemory<byte> bytes, long expectedLength, CancellationToken cancellation)
    {
        BlobRules.CheckBatch(bytes);
        FileInfo file = folder.FileOf(container, name);
        using IDisposable held = await FileLock.Acquire(folder.LockOf(container), cancellation);
        file.Refresh();
        long length = file.Exists ? file.Length : 0;
        if (length != expectedLength)
        {
            return new AppendResult(false, length);
        }
        using StagedFile staged = new(folder.Staging);
        if (file.Exists)
        {
            await using FileStream old = file.OpenRead();
            await old.CopyToAsync(staged.Content, cancellation);
        }
        await staged.Content.WriteAsync(bytes, cancellation);
        staged.Seal();
        Publish(staged, file);
        return new AppendResult(true, length + bytes.Length);
    }

    private string Publish(StagedFile staged, FileInfo file)
    {
        DateTime before = file.Exists ? file.LastWriteTimeUtc : DateTime.UnixEpoch;
        staged.Publish(file.FullName, clock.GetUtcNow().UtcDateTime, before);
        file.Refresh();
        return ETagOf(file.LastWriteTimeUtc, file.Length);
    }

    // What was opened stays what it was: a write puts another file in its place.
    private static BlobContent Open(FileInfo file)
    {
        FileStream stream = new(
            file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16, useAsync: true);
        return new BlobContent(stream, ETagOf(File.GetLastWriteTimeUtc(stream.SafeFileHandle), stream.Length), stream.Length);
    }

    private static string ETagOf(DateTime written, long length) =>
        string.Create(CultureInfo.InvariantCulture, $"{written.Ticks:x}-{length:x}");
}
