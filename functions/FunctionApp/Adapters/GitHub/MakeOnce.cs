using System.Net;
using System.Text.Json;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>
/// Makes what GitHub knows no key for: it is looked for first, and again where the answer was lost. One at a time in this
/// process; two processes that make the same at the same moment may make it twice.
/// </summary>
internal sealed class MakeOnce(TimeProvider clock) : IDisposable
{
    private const int Tries = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim turn = new(1, 1);

    public async Task<JsonElement> Make(Func<Task<JsonElement?>> find, Func<Task<JsonElement>> make, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                if (await find() is { } found)
                {
                    return found;
                }
                try
                {
                    return await make();
                }
                catch (GitHubFailedException failure) when (attempt < Tries && (failure.MayBeDone || failure.Limited || IsThere(failure)))
                {
                    await Task.Delay(FirstPause * attempt, clock, cancellation);
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    // Somebody else made it between the look and the try.
    private static bool IsThere(GitHubFailedException failure) =>
        failure.Status == HttpStatusCode.UnprocessableEntity && failure.Message.Contains("already exists", StringComparison.OrdinalIgnoreCase);

    public void Dispose() => turn.Dispose();
}
