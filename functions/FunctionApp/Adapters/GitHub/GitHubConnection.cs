using LlmOps.Ports;
using LlmOps.Reviews.Api;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>
/// One App's connection to one repository: the way of a request (limits, credential, whole answers), and the ports that use it.
/// What they share (the pace, the token, what was read) is shared by being here.
/// </summary>
internal sealed class GitHubConnection : IDisposable
{
    private static readonly TimeSpan AddressKept = TimeSpan.FromMinutes(5);
    private readonly RequestPace pace;
    private readonly HttpClient http;
    private readonly MakeOnce once;

    public GitHubConnection(GitHubOptions options, string repository, TimeProvider clock, ILoggerFactory logs, HttpMessageHandler? wire = null, PaceLimits? limits = null)
    {
        if (repository.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            throw new ArgumentException("ControlPlane:GitHubRepository: give the GitOps repository as OWNER/NAME", nameof(repository));
        }
        pace = new RequestPace(clock, limits ?? new PaceLimits { Reserve = options.ReservedRequests, Patience = options.Patience });
        http = Open(options, clock, pace, wire);
        once = new MakeOnce(clock);
        GitHubApi api = new(http, options.GraphQl);
        GitHubRequests requests = new(repository);
        GitQueries queries = new(repository);
        GitHubHistory history = new(api, requests, queries);
        GitHubFiles files = new(api, requests, queries);
        CommitOnHead commits = new(api, queries, history, files, clock, logs.CreateLogger<CommitOnHead>());
        Host = new GitHubGitHost(api, requests, history, files, commits, once);
        Reviews = new GitHubReviews(api, requests, new ReadPullRequests(api, requests, new AppIdentity(api)), new ProposalBranch(api, requests, commits), once, options);
        Deliveries = new GitHubHookDeliveries(api, requests, options);
    }

    public IGitHost Host { get; }

    public IGitReviews Reviews { get; }

    public IHookDeliveries Deliveries { get; }

    public void Dispose()
    {
        http.Dispose();
        pace.Dispose();
        once.Dispose();
    }

    // No cookies, no redirects: GitHub redirects what was renamed, and the credential must not go along.
    private static HttpClient Open(GitHubOptions options, TimeProvider clock, RequestPace pace, HttpMessageHandler? wire)
    {
        HttpMessageHandler sockets = wire ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = AddressKept };
        WholeAnswers whole = new(options.Timeout, clock) { InnerHandler = sockets };
        GitHubAuthorization authorization = new(options, clock) { InnerHandler = whole };
        return new HttpClient(new GitHubRateLimits(pace, clock) { InnerHandler = authorization }) { BaseAddress = options.Rest, Timeout = Timeout.InfiniteTimeSpan };
    }
}
