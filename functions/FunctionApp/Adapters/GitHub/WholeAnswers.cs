using System.Globalization;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Reads an answer to its end within a time: one that is slow, or breaks off half-way, is a connection that broke.</summary>
internal sealed class WholeAnswers(TimeSpan timeout, TimeProvider clock) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(timeout, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, both.Token);
            await response.Content.LoadIntoBufferAsync(both.Token);
            return response;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"no whole answer came within {timeout.TotalSeconds:0} s"));
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            response?.Dispose();
            throw error as HttpRequestException ?? new HttpRequestException("the answer broke off", error);
        }
    }
}
