using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace LlmOps.Inference.Models.Fetching;

/// <summary>Asks an origin for files and parts of files, and says what an answer means.</summary>
internal sealed class OriginClient(HttpClient http, ModelSource.Origin origin, FetchOptions options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _connections = new(options.Connections);

    public Retrying Retrying { get; } = new(options, clock);

    public ModelSource.Origin Origin => origin;

    /// <summary>Sends a request for a file or for a part of it; the answer is a whole file (200) or a part (206).</summary>
    /// <param name="path">The file's path in the version.</param>
    /// <param name="part">First and last byte, or null for all.</param>
    /// <param name="validator">The ETag of the file that the part belongs to, where one is known.</param>
    /// <param name="read">Reads the answer; bytes that are asked of it within this time keep it alive.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="TransientFetchException">It may be sent again.</exception>
    /// <exception cref="RefusedModelException">It need not be.</exception>
    public async Task<T> Get<T>(string path, (long First, long Last)? part, string? validator, Func<HttpResponseMessage, Patience, Task<T>> read, CancellationToken cancellation)
    {
        await _connections.WaitAsync(cancellation);
        try
        {
            using Patience patience = new(options.Silence, clock, cancellation);
            using HttpRequestMessage request = new(HttpMethod.Get, origin.Of(path));
            if (part is { } range)
            {
                request.Headers.Range = new RangeHeaderValue(range.First, range.Last);
                // Of a weak one a part may not be asked for (RFC 9110, 13.1.5); the answer's is compared in any case.
                if (validator is ['"', ..]) request.Headers.TryAddWithoutValidation("If-Range", validator);
            }
            using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            Require(path, answer);
            return await read(answer, patience);
        }
        finally
        {
            _connections.Release();
        }
    }

    /// <summary>A small file as a whole.</summary>
    public Task<byte[]> GetSmall(string path, int most, CancellationToken cancellation) => Retrying.Run(
        stop => Get(path, null, null, async (answer, patience) =>
        {
            await using Stream body = await answer.Content.ReadAsStreamAsync(patience.Token);
            using MemoryStream bytes = new();
            byte[] buffer = new byte[1 << 16];
            while (await patience.Read(body, buffer) is > 0 and int read)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > most) throw new RefusedModelException($"{path}: more than {most:N0} bytes at {origin}");
            }
            return bytes.ToArray();
        }, stop),
        cancellation);

    /// <summary>What tells this file from another at the same address: its ETag as the origin writes it, else the time of its last change.</summary>
    public static string Validator(HttpResponseMessage answer) =>
        answer.Headers.NonValidated.TryGetValues("ETag", out HeaderStringValues tags) ? tags.ToString()
        : answer.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture) ?? "none";

    public void Dispose()
    {
        _connections.Dispose();
        http.Dispose();
    }

    private void Require(string path, HttpResponseMessage answer)
    {
        if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent) return;
        int code = (int)answer.StatusCode;
        string told = $"{path}: {origin} answers {code}";
        if (code is 408 or 429 or >= 500) throw new TransientFetchException(told, Retrying.Asked(answer.Headers.RetryAfter, clock.GetUtcNow()));
        throw new RefusedModelException(told + code switch
        {
            401 or 403 => origin.AsIdentity ? "; the identity needs the role Storage Blob Data Reader there" : "; it asks for a right that the address does not carry",
            404 => "; there is no such file",
            416 => $"; the file is smaller than {Release.FileName} says",
            >= 300 and < 400 => "; redirections are only followed from https without an identity",
            _ => "",
        });
    }
}
