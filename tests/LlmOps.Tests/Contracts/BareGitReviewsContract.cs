using System.Text.Json;
using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Contracts;

[Needs(Tool.Git)]
public sealed class BareGitReviewsContract : GitReviewsContract, IAsyncLifetime
{
    private readonly ScratchFolder folder = new();
    private readonly ManualClock clock = new();
    private readonly Dictionary<string, Permission> people = [];
    private BareGitHost? host;
    private BareGitReviews? reviews;

    protected override IGitHost Git => host!;

    protected override IGitReviews Reviews => reviews!;

    private string Records => folder["fleet.git-records"];

    public async Task InitializeAsync()
    {
        foreach ((string path, string text) in GitHostContract.Template)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder["template/" + path])!);
            await File.WriteAllTextAsync(folder["template/" + path], text);
        }
        host = await BareGitHost.Create(folder["fleet.git"], folder["template"], clock, None);
        reviews = new BareGitReviews(folder["fleet.git"], clock);
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [ContractFact]
    public async Task Knows_a_merge_that_git_itself_made()
    {
        int number = await Propose("bob", "Change the text", "README.md", "read this\n");
        PullRequest pull = (await Reviews.ReadPullRequest(number, None))!;
        await new GitCommand(folder["fleet.git"]).Ask(None, "update-ref", "refs/heads/main", pull.HeadSha);

        Assert.Equal(PullRequestState.Merged, (await Reviews.ReadPullRequest(number, None))!.State);
    }

    [ContractFact]
    public async Task Takes_no_change_for_its_own_that_somebody_pushed_to()
    {
        PullRequest pull = await Reviews.OpenPullRequest(
            new PullRequestDraft("a key", "main", await Git.Head("main", None), new CommitMessage("Stage it", "", []), new Dictionary<string, string?> { ["a"] = "1" }), None);
        string branch = (await new GitCommand(folder["fleet.git"]).Ask(None, "for-each-ref", "--format=%(refname:short)", "refs/heads/llmops/")).Trim();
        await Git.Commit(new CommitRequest(branch, pull.HeadSha, new CommitMessage("More", "", []), new Dictionary<string, string?> { ["b"] = "2" }), None);

        PullRequest now = (await Reviews.ReadPullRequest(pull.Number, None))!;

        Assert.Null(now.Key);
        Assert.Equal(["a", "b"], now.ChangedPaths);
        Assert.Equal("a key", pull.Key);
    }

    protected override async Task Merge(int number) => Assert.True(await reviews!.Merge(number, None));

    protected override async Task Close(int number) => Assert.True(await reviews!.Close(number, None));

    protected override async Task<int> Propose(string author, string text, string path, string? content)
    {
        GitCommand git = new(folder["fleet.git"]);
        string head = await Git.Head("main", None);
        await git.Ask(None, "branch", "change", head);
        await Git.Commit(new CommitRequest("change", head, new CommitMessage("Change", "", []), new Dictionary<string, string?> { [path] = content }), None);
        return (await reviews!.Propose("change", "main", author, text, None)).Number;
    }

    protected override Task Grant(string login, Permission permission)
    {
        people[login] = permission;
        Directory.CreateDirectory(Records);
        return File.WriteAllTextAsync(Path.Combine(Records, "people.json"), JsonSerializer.Serialize(people, Wire.Json));
    }

    protected override async Task<(IReadOnlyList<CheckRun> Checks, IReadOnlyList<ReviewComment> Comments)> Shown()
    {
        FolderBlobs blobs = new(Records, clock);
        return (await All<CheckRun>(blobs, "checks"), await All<ReviewComment>(blobs, "comments"));
    }

    private async Task<IReadOnlyList<T>> All<T>(FolderBlobs blobs, string container)
    {
        List<T> all = [];
        await foreach (BlobItem item in blobs.List(container, "", None))
        {
            all.Add((await blobs.ReadJson<T>(container, item.Name, None))!.Value.Value);
        }
        return all;
    }
}
