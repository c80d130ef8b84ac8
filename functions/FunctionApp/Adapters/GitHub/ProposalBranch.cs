using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>
/// The branch of a pull request, named by its key, with the draft's one commit. Killed at any line and made again, or made by
/// two at once, it holds that commit once: a branch that has nothing of its own yet is moved on, never back.
/// </summary>
internal sealed class ProposalBranch(GitHubApi api, GitHubRequests requests, CommitOnHead commits)
{
    private const int Tries = 5;
    private const string Folder = "llmops/";

    public static string Of(string key) => Folder + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];

    public async Task Make(string branch, PullRequestDraft draft, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            if (!await Start(branch, draft.BaseSha, cancellation) && await HasOwn(branch, draft.BaseBranch, cancellation))
            {
                return;
            }
            if (await MoveOn(branch, draft.BaseSha, cancellation)
                && await commits.Make(new CommitRequest(branch, draft.BaseSha, draft.Message, draft.Files), cancellation) is { Committed: true })
            {
                return;
            }
        }
        throw new GitHubFailedException(string.Create(CultureInfo.InvariantCulture, $"the branch {branch} was moved by others {Tries} times; it will be tried again"));
    }

    // False when it is there already.
    private async Task<bool> Start(string branch, string sha, CancellationToken cancellation)
    {
        try
        {
            await api.Ask(requests.CreateBranch(branch, sha), cancellation);
            return true;
        }
        catch (GitHubFailedException failure) when (failure.Status == HttpStatusCode.UnprocessableEntity && failure.Message.Contains("already exists", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        catch (GitHubFailedException failure) when (failure.MayBeDone)
        {
            if (await api.Find(requests.ReadHead(branch, null), cancellation) is null)
            {
                throw;
            }
            return false;
        }
    }

    private async Task<bool> HasOwn(string branch, string baseBranch, CancellationToken cancellation) =>
        (await api.Ask(requests.Compare(baseBranch, branch), cancellation)).GetProperty("ahead_by").GetInt32() > 0;

    // The texts of the draft were made for its base: on an older one they would take back what others did since.
    private async Task<bool> MoveOn(string branch, string sha, CancellationToken cancellation)
    {
        try
        {
            JsonElement head = await api.Ask(requests.ReadHead(branch, null), cancellation);
            if (head.GetProperty("object").GetProperty("sha").GetString() != sha)
            {
                await api.Ask(requests.MoveBranch(branch, sha), cancellation);
            }
            return true;
        }
        catch (GitHubFailedException failure) when (failure.Status is HttpStatusCode.UnprocessableEntity)
        {
            return false;
        }
    }
}
