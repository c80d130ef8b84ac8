using System.ComponentModel.DataAnnotations;
using System.Net;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Fakes.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.FunctionApp.GitHub;

/// <summary>The App's credentials, which the fake checks as GitHub does.</summary>
public sealed class GitHubAuthorizationTests : IAsyncLifetime
{
    private readonly ManualClock clock = new();
    private FakeGitHub? fake;
    private GitHubConnection? connection;

    public async Task InitializeAsync()
    {
        fake = await FakeGitHub.Start(clock);
        // The clock runs ahead of the requests: their time is not what is tested.
        connection = fake.Connect(fake.Options with { Timeout = TimeSpan.FromMinutes(5) });
    }

    public async Task DisposeAsync()
    {
        connection!.Dispose();
        await fake!.DisposeAsync();
    }

    [Fact]
    public async Task One_token_serves_all_until_shortly_before_its_end()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Head()));
        clock.Advance(TimeSpan.FromMinutes(54));
        await Head();
        Assert.Equal(1, fake!.TokensMade);
        clock.Advance(TimeSpan.FromMinutes(2));
        await Head();
        Assert.Equal(2, fake.TokensMade);
    }

    [Fact]
    public async Task A_token_that_github_refuses_is_renewed_once()
    {
        await Head();
        fake!.Tokens.Clear();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Head()));
        Assert.Equal(2, fake.TokensMade);
    }

    [Fact]
    public async Task A_key_of_another_app_is_told_without_a_secret()
    {
        using System.Security.Cryptography.RSA other = System.Security.Cryptography.RSA.Create(2048);
        string pem = other.ExportRSAPrivateKeyPem();
        using GitHubConnection stranger = fake!.Connect(fake.Options with { PrivateKey = pem });

        GitHubFailedException failure = await Assert.ThrowsAsync<GitHubFailedException>(() => stranger.Host.Head("main", default));

        Assert.Equal(HttpStatusCode.Unauthorized, failure.Status);
        Assert.Contains("GitHub answers 401 to POST app/installations/815/access_tokens: Bad credentials. Compare GitHub__AppId", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ey", failure.Message.Split(' ').Where(word => word.Length > 40));
        Assert.Equal(0, fake.TokensMade);
    }

    [Fact]
    public async Task A_token_that_cannot_be_fetched_now_is_fetched_again_for_a_read()
    {
        fake!.Do(new Fault(request => request.Path.EndsWith("access_tokens", StringComparison.Ordinal)) { Answer = (502, "", []) });
        Task<string> head = Head();
        await clock.AdvanceOnceAwaited(TimeSpan.Zero);
        while (!head.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5);
        }
        Assert.Equal(40, (await head).Length);
    }

    [Fact]
    public async Task No_error_tells_a_token()
    {
        await Head();
        fake!.Do(new Fault(_ => true) { Answer = (422, """{"message":"no","errors":["ghs_","x"]}""", []) });
        GitHubFailedException failure = await Assert.ThrowsAsync<GitHubFailedException>(() =>
            connection!.Reviews.PutComment(new ReviewComment("k", 1, "x"), default));
        Assert.DoesNotContain(fake.Tokens.Keys.Single(), failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", fake.Options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.github.com", "https://api.github.com/graphql")]
    [InlineData("https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData("https://api.acme.ghe.com/", "https://api.acme.ghe.com/graphql")]
    [InlineData("https://git.example/api/v3", "https://git.example/api/graphql")]
    [InlineData("https://git.example/api/v3/", "https://git.example/api/graphql")]
    public void Graphql_is_where_that_kind_of_github_has_it(string api, string graphQl) =>
        Assert.Equal(new Uri(graphQl), (fake!.Options with { ApiUrl = new Uri(api) }).GraphQl);

    [Fact]
    public void Settings_that_cannot_be_are_refused_at_start()
    {
        GitHubOptions good = fake!.Options;
        Validate(good);
        Validate(good with { PrivateKey = good.PrivateKey.Replace("\n", "\\n", StringComparison.Ordinal) });
        GitHubOptions[] bad =
        [
            good with { AppId = 0 }, good with { InstallationId = 0 }, good with { PrivateKey = "" }, good with { PrivateKey = "secret" }, good with { ApiUrl = new Uri("http://git.example/") },
            good with { HookId = 0 }, good with { ReservedRequests = -1 }, good with { Timeout = TimeSpan.Zero },
        ];
        foreach (GitHubOptions options in bad)
        {
            ValidationException refused = Assert.Throws<ValidationException>(() => Validate(options));
            Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentException>(() => new GitHubConnection(good, "fleet", clock, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
    }

    [Fact]
    public async Task The_ports_are_added_by_one_line()
    {
        ControlPlaneOptions settings = new() { AlertmanagerToken = new('a', 16), GitHubSecret = new('b', 16), FluxSecret = new('c', 16), GitHubRepository = FakeGitHub.Repository };
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddSingleton(settings).AddSingleton<TimeProvider>(clock)
            .AddGitHub(fake!.Options with { ApiUrl = fake.Url }).BuildServiceProvider();

        Assert.Equal(40, (await services.GetRequiredService<IGitHost>().Head("main", default)).Length);
        Assert.NotNull(services.GetRequiredService<IGitReviews>());
        Assert.NotNull(services.GetRequiredService<IHookDeliveries>());
    }

    private static void Validate(GitHubOptions options) => Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);

    private Task<string> Head() => connection!.Host.Head("main", default);
}
