using System.Net;

namespace LlmOps.Inference.Models.Fetching;

/// <summary>Fetches one file of a version, in parts at a time where the origin serves parts; in its place it is only when its digest is right.</summary>
internal sealed partial class FetchFile(OriginClient client, FetchOptions options, FetchProgress progress, ILogger logger)
{
    private const int BufferBytes = 1 << 18;
    private const int MostChanges = 3;

    /// <param name="file">What is to be there in the end.</param>
    /// <param name="partial">Where its bytes are collected.</param>
    /// <param name="place">Where it belongs.</param>
    /// <param name="cancellation">Ends the download; what is there is kept.</param>
    /// <exception cref="RefusedModelException">It is not what <c>release.json</c> says, or out of reach.</exception>
    public async Task Handle(ReleasedFile file, string partial, string place, CancellationToken cancellation)
    {
        for (bool mayBeDamaged = true; ; mayBeDamaged = false)
        {
            using PartialFile bytes = new(partial, file, options.ChunkBytes);
            progress.Keep(bytes.Kept);
            if (bytes.Kept > 0) Log.Continued(logger, file.Path, bytes.Kept, file.Size);
            await Fill(file, bytes, cancellation);
            string actual = await bytes.Hash(cancellation);
            if (actual == file.Sha256)
            {
                bytes.MoveTo(place);
                return;
            }
            bytes.Delete();
            progress.Keep(-file.Size);
            // What an earlier process left may have been damaged here; what this one fetched was wrong there.
            if (!mayBeDamaged || bytes.Kept == 0)
            {
                throw new RefusedModelException($"{file.Path}: the SHA-256 of what {client.Origin} sent is {actual}, but {Release.FileName} says {file.Sha256}; it was deleted");
            }
            Log.Damaged(logger, file.Path);
        }
    }

    private async Task Fill(ReleasedFile file, PartialFile bytes, CancellationToken cancellation)
    {
        for (int changes = 0; ; changes++)
        {
            try
            {
                // The first answer tells whether the origin serves parts.
                if (bytes.Missing() is [int first, ..] && await client.Retrying.Run(Part(file, bytes, first), cancellation))
                {
                    ParallelOptions few = new() { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellation };
                    await Parallel.ForEachAsync(bytes.Missing(), few, async (chunk, stop) => await client.Retrying.Run(Part(file, bytes, chunk), stop));
                }
                return;
            }
            catch (ChangedSourceException e) when (changes < MostChanges)
            {
                Log.Changed(logger, e.Message);
                progress.Keep(-bytes.Done);
                bytes.Restart();
            }
            catch (ChangedSourceException e)
            {
                throw new RefusedModelException($"{e.Message}, again and again");
            }
        }
    }

    /// <summary>Fetches a part, going on where a broken connection left it; false where the whole file came instead, and is there.</summary>
    private Func<CancellationToken, Task<bool>> Part(ReleasedFile file, PartialFile bytes, int chunk)
    {
        long at = bytes.First(chunk), end = at + bytes.Length(chunk);
        return async stop =>
        {
            // A connection may break behind the last byte.
            if (at < end) return await client.Get(file.Path, bytes.Chunks == 1 ? null : (at, end - 1), bytes.Validator, Read, stop);
            bytes.Finish(chunk);
            return true;
        };

        async Task<bool> Read(HttpResponseMessage answer, Patience patience)
        {
            string validator = OriginClient.Validator(answer);
            if (!bytes.Is(validator)) throw new ChangedSourceException($"{file.Path}: changed at {client.Origin} ({bytes.Validator}, now {validator})");
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                await Whole(file, bytes, answer, patience);
                return false;
            }
            RequireRange(file, answer, at, end);
            await Copy(file, bytes, answer, at, end, read => at += read, patience);
            bytes.Finish(chunk);
            return true;
        }
    }

    private async Task Whole(ReleasedFile file, PartialFile bytes, HttpResponseMessage answer, Patience patience)
    {
        if (answer.Content.Headers.ContentLength is { } length && length != file.Size)
        {
            throw new RefusedModelException($"{file.Path}: {client.Origin} says {length:N0} bytes, but {Release.FileName} says {file.Size:N0}");
        }
        if (bytes.Chunks > 1) Log.NoRanges(logger, client.Origin.Shown, file.Path);
        long counted = bytes.Done, written = 0;
        progress.Keep(-counted);
        try
        {
            await Copy(file, bytes, answer, 0, file.Size, read => written += read, patience);
        }
        catch
        {
            // The next try begins with the first byte.
            progress.Keep(counted - written);
            throw;
        }
        bytes.Finish(Enumerable.Range(0, bytes.Chunks));
    }

    private void RequireRange(ReleasedFile file, HttpResponseMessage answer, long at, long end)
    {
        if (answer.Content.Headers.ContentRange is not { From: { } from, To: { } to } range || from != at || to != end - 1)
        {
            throw new RefusedModelException($"{file.Path}: {client.Origin} was asked for the bytes {at} to {end - 1} and sends '{answer.Content.Headers.ContentRange}'");
        }
        if (range.Length is { } length && length != file.Size)
        {
            throw new RefusedModelException($"{file.Path}: {client.Origin} says {length:N0} bytes, but {Release.FileName} says {file.Size:N0}");
        }
    }

    private async Task Copy(ReleasedFile file, PartialFile bytes, HttpResponseMessage answer, long at, long end, Action<int> wrote, Patience patience)
    {
        await using Stream body = await answer.Content.ReadAsStreamAsync(patience.Token);
        byte[] buffer = new byte[Math.Min(BufferBytes, end - at + 1)];
        while (await patience.Read(body, buffer) is > 0 and int read)
        {
            if (at + read > end) throw new RefusedModelException($"{file.Path}: {client.Origin} sends more bytes than {Release.FileName} says");
            await bytes.Write(buffer.AsMemory(0, read), at, patience.Token);
            at += read;
            wrote(read);
            progress.Receive(read);
        }
        if (at < end) throw new TransientFetchException($"{file.Path}: {client.Origin} ended {end - at:N0} bytes too early");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{File}: {Kept} of {Size} bytes are here from before")]
        public static partial void Continued(ILogger logger, string file, long kept, long size);

        [LoggerMessage(LogLevel.Warning, "{File}: what was here from before is damaged; it is fetched anew")]
        public static partial void Damaged(ILogger logger, string file);

        [LoggerMessage(LogLevel.Warning, "{What}; it is fetched anew")]
        public static partial void Changed(ILogger logger, string what);

        [LoggerMessage(LogLevel.Warning, "{Origin} serves no ranges: {File} comes as a whole, over one connection, and from its beginning after each interruption")]
        public static partial void NoRanges(ILogger logger, string origin, string file);
    }
}
