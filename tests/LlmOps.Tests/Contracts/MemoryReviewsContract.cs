using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Contracts;

public sealed class MemoryReviewsContract : GitReviewsContract
{
    private readonly MemoryGit git = new(new ManualClock());
    private readonly MemoryReviews reviews;

    public MemoryReviewsContract()
    {
        foreach ((string path, string text) in GitHostContract.Template)
        {
            git.Person(path, text);
        }
        reviews = new MemoryReviews(git);
    }

    protected override IGitHost Git => git;

    protected override IGitReviews Reviews => reviews;

    protected override Task Merge(int number)
    {
        reviews.Merge(number);
        return Task.CompletedTask;
    }

    protected override Task Close(int number)
    {
        reviews.Close(number);
        return Task.CompletedTask;
    }

    protected override Task<int> Propose(string author, string text, string path, string? content) => Task.FromResult(reviews.Propose(text, (path, content)));

    protected override Task Grant(string login, Permission permission)
    {
        reviews.People[login] = permission;
        return Task.CompletedTask;
    }

    protected override Task<(IReadOnlyList<CheckRun> Checks, IReadOnlyList<ReviewComment> Comments)> Shown() =>
        Task.FromResult<(IReadOnlyList<CheckRun>, IReadOnlyList<ReviewComment>)>(([.. reviews.Checks], reviews.Comments));
}
