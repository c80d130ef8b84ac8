using System.Text.Json;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Which login the App acts under; it is asked for once.</summary>
internal sealed class AppIdentity(GitHubApi api)
{
    private string? login;

    /// <summary>Whether an account, as answers show it, is the App's own: a bot whose name nobody else can have.</summary>
    public async Task<bool> IsOwn(JsonElement account, CancellationToken cancellation)
    {
        if (account.ValueKind != JsonValueKind.Object || account.GetProperty("type").GetString() != "Bot")
        {
            return false;
        }
        login ??= $"{(await api.Ask(GitHubRequests.ReadApp(), cancellation)).GetProperty("slug").GetString()}[bot]";
        return string.Equals(account.GetProperty("login").GetString(), login, StringComparison.OrdinalIgnoreCase);
    }
}
