using System.Globalization;
using System.Net.Http.Headers;

namespace LlmOps.Events;

/// <summary>What came of a try: the HTTP status, or null and why there was none; and how long the endpoint asks to be left alone.</summary>
public sealed record WebhookAnswer(int? Status, string? Trouble = null, TimeSpan? RetryAfter = null, bool Forbidden = false);

/// <summary>Sends one event to one endpoint, signed, once.</summary>
public sealed class SendWebhook(HttpClient http, ControlPlaneOptions options, TimeProvider clock)
{
    public async Task<WebhookAnswer> Handle(WebhookEndpoint endpoint, OutgoingEvent happened, CancellationToken cancellation)
    {
        WebhookMessage message = WebhookFormat.Write(happened, endpoint.Format);
        using HttpRequestMessage request = new(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(message.ContentType);
        string[] secrets = [.. endpoint.Secrets.Select(name => options.WebhookSecrets[name])];
        DateTimeOffset now = clock.GetUtcNow();
        foreach ((string name, string value) in message.Headers.Concat(
            WebhookSignature.Headers(happened.Id, now, message.Body, secrets, endpoint.Format == WebhookFormat.Mlflow)))
        {
            request.Headers.Add(name, value);
        }
        using CancellationTokenSource patience = new(options.WebhookTimeout, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return new WebhookAnswer((int)response.StatusCode, null, Wait(response.Headers.RetryAfter, now));
        }
        catch (HttpRequestException error) when (Forbids(error) is { } forbidden)
        {
            return new WebhookAnswer(null, forbidden.Message, Forbidden: true);
        }
        catch (HttpRequestException error)
        {
            // Not its message: that may quote the address, and addresses may hold secrets.
            return new WebhookAnswer(null, $"no answer: {error.HttpRequestError}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new WebhookAnswer(null, string.Create(CultureInfo.InvariantCulture, $"no answer within {options.WebhookTimeout.TotalSeconds} s"));
        }
    }

    private static ForbiddenAddressException? Forbids(Exception? error) =>
        error is null ? null : error as ForbiddenAddressException ?? Forbids(error.InnerException);

    private static TimeSpan? Wait(RetryConditionHeaderValue? asked, DateTimeOffset now) => asked?.Delta ?? (asked?.Date - now);
}
