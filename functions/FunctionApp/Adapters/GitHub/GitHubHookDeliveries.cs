using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>What GitHub tried to deliver, to the App's hook or to the repository's. It lists the newest first.</summary>
internal sealed class GitHubHookDeliveries(GitHubApi api, GitHubRequests requests, GitHubOptions options) : IHookDeliveries
{
    public async Task<IReadOnlyList<HookDelivery>> ListSince(DateTimeOffset since, CancellationToken cancellation)
    {
        List<HookDelivery> tries = [];
        string? cursor = null;
        do
        {
            (JsonElement page, string? next) = await api.AskPage(requests.ListDeliveries(options.HookId, cursor), cancellation);
            IReadOnlyList<HookDelivery> listed = GitHubAnswers.Deliveries(page);
            tries.AddRange(listed.Where(one => one.At >= since));
            cursor = listed.Count > 0 && listed[^1].At >= since && next != cursor ? next : null;
        }
        while (cursor is not null);
        return tries;
    }

    public Task Redeliver(long id, CancellationToken cancellation) => api.Ask(requests.Redeliver(options.HookId, id), cancellation);
}
