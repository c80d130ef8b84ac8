using System.Text;
using LlmOps.Ports;
using LlmOps.Reviews.Api;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>
/// Commits by one request that names the expected head, so that GitHub itself compares and swaps. Where its answer is lost, the
/// branch's history tells whether the commit was made before it is sent again: it is never made twice.
/// </summary>
internal sealed partial class CommitOnHead(GitHubApi api, GitQueries queries, GitHubHistory history, GitHubFiles files, TimeProvider clock, ILogger<CommitOnHead> logger)
{
    private const int Tries = 4;
    private const int MostFiles = 300;
    private const int MostBytes = 10 * 1024 * 1024;

    // Its own commit stands among those that were made since it was sent.
    private const int LookBack = 50;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    public async Task<CommitOutcome> Make(CommitRequest asked, CancellationToken cancellation)
    {
        Check(asked);
        CommitRequest request = await WithoutAbsent(asked, cancellation);
        bool lost = false;
        for (int attempt = 1; ; attempt++)
        {
            Answer answer = await Send(request, attempt, cancellation);
            if (answer.Sha is { } sha)
            {
                return new CommitOutcome(sha, sha);
            }
            lost |= answer.Lost;
            // What compares may know of a newer head than what tells it: then it is asked again, and so it is after a lost answer.
            string head = answer.Limited ? request.ExpectedHead : await history.Head(request.Branch, cancellation);
            if (head != request.ExpectedHead)
            {
                return (lost ? await Own(request, cancellation) : null) ?? new CommitOutcome(null, head);
            }
            await Task.Delay(FirstPause * Math.Pow(2, attempt - 1), clock, cancellation);
        }
    }

    private async Task<Answer> Send(CommitRequest request, int attempt, CancellationToken cancellation)
    {
        try
        {
            System.Text.Json.JsonElement made = await api.Mutate($"the commit on {request.Branch}", GitQueries.Commit, queries.CommitOf(request), cancellation);
            return new Answer(made.GetProperty("createCommitOnBranch").GetProperty("commit").GetProperty("oid").GetString(), Lost: false, Limited: false);
        }
        catch (GitHubFailedException failure) when (failure.Kind == "STALE_DATA")
        {
            return attempt < Tries ? new Answer(null, Lost: false, Limited: false) : throw new GitHubFailedException($"{failure.Message}. It does not tell another head", failure);
        }
        catch (GitHubFailedException failure) when (failure.MayBeDone && attempt < Tries)
        {
            Log.AnswerLost(logger, request.Message.Subject, failure.Message);
            return new Answer(null, Lost: true, Limited: false);
        }
        catch (GitHubFailedException failure) when (failure.Limited && attempt < Tries)
        {
            return new Answer(null, Lost: false, Limited: true);
        }
    }

    // Its own is the commit on the expected head with its subject, its trailers and its files; there can be but one.
    private async Task<CommitOutcome?> Own(CommitRequest request, CancellationToken cancellation)
    {
        Dictionary<string, string> trailers = [];
        foreach ((string key, string value) in request.Message.Trailers)
        {
            trailers[key] = value.Trim();
        }
        IReadOnlyList<FoundCommit> newest = await history.Newest(request.Branch, LookBack, cancellation);
        FoundCommit? same = newest.FirstOrDefault(found => found.Parent == request.ExpectedHead
            && found.Commit.Subject == request.Message.Subject && trailers.All(trailer => found.Commit.Trailers.GetValueOrDefault(trailer.Key) == trailer.Value));
        if (same is null)
        {
            return null;
        }
        IReadOnlyDictionary<string, string?> texts = await files.ReadAll([.. request.Files.Keys], same.Commit.Sha, cancellation);
        return request.Files.All(file => texts[file.Key] == file.Value) ? new CommitOutcome(same.Commit.Sha, newest[0].Commit.Sha) : null;
    }

    // GitHub refuses a commit that deletes what is not there; a rollback deletes nothing, and is one request.
    private async Task<CommitRequest> WithoutAbsent(CommitRequest request, CancellationToken cancellation)
    {
        string[] deleted = [.. request.Files.Where(file => file.Value is null).Select(file => file.Key)];
        if (deleted.Length == 0)
        {
            return request;
        }
        try
        {
            IReadOnlyDictionary<string, string?> there = await files.ReadAll(deleted, request.ExpectedHead, cancellation);
            return request with { Files = request.Files.Where(file => file.Value is not null || there[file.Key] is not null).ToDictionary() };
        }
        catch (GitHubFailedException failure) when (failure.Kind == "NOT_FOUND" && failure.Status is null)
        {
            // The expected head is no commit of this repository; sent as it is, it will be refused.
            return request;
        }
    }

    private static void Check(CommitRequest request)
    {
        GitRules.CheckBranch(request.Branch);
        GitRules.CheckSha(request.ExpectedHead);
        GitRules.CheckMessage(request.Message);
        foreach (string path in request.Files.Keys)
        {
            GitRules.CheckPath(path);
        }
        long bytes = request.Files.Values.Sum(text => (long)Encoding.UTF8.GetByteCount(text ?? ""));
        if (request.Files.Count > MostFiles || bytes > MostBytes)
        {
            throw new ArgumentException($"a commit has at most {MostFiles} files and {MostBytes} bytes, not {request.Files.Count} and {bytes}");
        }
    }

    private sealed record Answer(string? Sha, bool Lost, bool Limited);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The answer to the commit '{Subject}' was lost; the branch will tell: {Reason}")]
        public static partial void AnswerLost(ILogger logger, string subject, string reason);
    }
}
