using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace LlmOps.Inference.Models.Fetching;

/// <summary>Shows Blob Storage the token of the identity that this process runs as.</summary>
internal sealed class BlobAuthorization(OwnIdentity identity, TimeProvider clock) : DelegatingHandler
{
    // The oldest that takes tokens is 2017-11-09; newer ones change nothing about reading.
    private const string Version = "2021-12-02";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer = await Show(request, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return answer;
        // Once: a token may have been withdrawn before its time.
        answer.Dispose();
        identity.Forget(request.Headers.Authorization!.Parameter!);
        return await Show(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) identity.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> Show(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await identity.Token(cancellation));
        request.Headers.Remove("x-ms-version");
        request.Headers.Add("x-ms-version", Version);
        request.Headers.Remove("x-ms-date");
        request.Headers.Add("x-ms-date", clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        return await base.SendAsync(request, cancellation);
    }
}
