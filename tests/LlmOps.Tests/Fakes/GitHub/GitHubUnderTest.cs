using LlmOps.FunctionApp.Adapters.GitHub;

namespace LlmOps.Tests.Fakes.GitHub;

/// <summary>GitHub's adapter, connected to a fake of GitHub over a real repository.</summary>
internal sealed class GitHubUnderTest
{
    private FakeGitHub? fake;
    private GitHubConnection? connection;

    public FakeGitHub Fake => fake!;

    public GitHubConnection Connection => connection!;

    public async Task Start()
    {
        fake = await FakeGitHub.Start();
        connection = fake.Connect();
    }

    public async Task Stop()
    {
        Connection.Dispose();
        await Fake.DisposeAsync();
    }
}
