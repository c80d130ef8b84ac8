using System.Globalization;
using System.Text.Json;

namespace LlmOps.Inference.Models.Fetching;

/// <summary>The token of the identity that this process runs as; kept until shortly before it ends.</summary>
internal sealed class OwnIdentity(HttpClient http, Func<string, string?> environment, Func<string, string> read, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private string? _token;
    private DateTimeOffset _until;

    /// <exception cref="TransientFetchException">No answer, or one that may be another the next time.</exception>
    /// <exception cref="RefusedModelException">There is no such identity.</exception>
    public async Task<string> Token(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_token is null || clock.GetUtcNow() >= _until - Margin) (_token, _until) = await Ask(cancellation);
            return _token;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Forgets a token that was turned away.</summary>
    public void Forget(string token)
    {
        if (_token == token) _token = null;
    }

    public void Dispose()
    {
        _one.Dispose();
        http.Dispose();
    }

    private async Task<(string Token, DateTimeOffset Until)> Ask(CancellationToken cancellation)
    {
        using HttpRequestMessage request = IdentityRequest.From(environment, read);
        using CancellationTokenSource silent = new(Patience, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellation);
        string who = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, either.Token);
            int code = (int)answer.StatusCode;
            // The metadata's endpoint answers 404 and 410 while it is being updated.
            if (code is 404 or 408 or 410 or 429 or >= 500) throw new TransientFetchException($"{who} answers {code} where a token is asked for", Retrying.Asked(answer.Headers.RetryAfter, clock.GetUtcNow()));
            byte[] body = await answer.Content.ReadAsByteArrayAsync(either.Token);
            if (code != 200) throw new RefusedModelException($"{who} gives this process no token for Blob Storage ({code}): is an identity assigned to it?");
            return Parse(body, who);
        }
        catch (HttpRequestException e)
        {
            throw new TransientFetchException($"{who} gives no token for Blob Storage: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientFetchException($"{who} gives no token for Blob Storage: no answer within {Patience.TotalSeconds:0} s");
        }
    }

    // Seconds come as numbers from one endpoint and as texts from the others.
    private (string, DateTimeOffset) Parse(byte[] body, string who)
    {
        try
        {
            JsonElement json = JsonSerializer.Deserialize(body, ConfigJson.Default.JsonElement);
            if (json.GetProperty("access_token").GetString() is not { Length: > 0 } token) throw new KeyNotFoundException();
            return json.TryGetProperty("expires_on", out JsonElement at) && Seconds(at) is { } on ? (token, DateTimeOffset.FromUnixTimeSeconds(on))
                : json.TryGetProperty("expires_in", out JsonElement after) && Seconds(after) is { } within ? (token, clock.GetUtcNow().AddSeconds(within))
                : (token, clock.GetUtcNow() + Margin);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            // What stands there is not shown: it may be a token after all.
            throw new TransientFetchException($"{who} gives no token for Blob Storage: its answer cannot be read");
        }
    }

    private static long? Seconds(JsonElement value) =>
        long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : null;
}
