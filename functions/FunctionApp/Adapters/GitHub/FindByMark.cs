using System.Text.Json;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Finds a comment or an issue by the mark that its text carries unseen.</summary>
internal static class FindByMark
{
    private const int PageSize = 100;

    /// <summary>Looks through pages (from 1) until one holds it, is the last, or is not to be asked for.</summary>
    public static async Task<JsonElement?> FindMarked(this GitHubApi api, Func<int, HttpRequestMessage?> ask, string key, CancellationToken cancellation)
    {
        for (int number = 1; ask(number) is { } request; number++)
        {
            JsonElement page = await api.Ask(request, cancellation);
            if (GitHubAnswers.HasComment(page, key))
            {
                return page;
            }
            if (page.GetArrayLength() < PageSize)
            {
                return null;
            }
        }
        return null;
    }
}
