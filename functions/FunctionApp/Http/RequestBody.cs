using Microsoft.AspNetCore.Http;

namespace LlmOps.FunctionApp.Http;

/// <summary>Reads a request's raw bytes under a cap.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 16 << 10;

    /// <summary>Returns the whole body, or null when it is longer than <paramref name="limit"/> bytes; no more is ever buffered.</summary>
    public static async Task<ReadOnlyMemory<byte>?> Read(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }
        byte[] buffer = new byte[Math.Min(request.ContentLength + 1 ?? FirstBuffer, limit + 1)];
        int length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and int read)
        {
            length += read;
            if (length > limit)
            {
                return null;
            }
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, limit + 1L));
            }
        }
        return buffer.AsMemory(0, length);
    }
}
