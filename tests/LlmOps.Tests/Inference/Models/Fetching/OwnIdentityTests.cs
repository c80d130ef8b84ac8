using System.Net;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Inference.Models.Fetching;

public sealed class OwnIdentityTests
{
    private readonly ManualClock _clock = new();
    private readonly Answers _answers = new();

    [Fact]
    public async Task A_pod_exchanges_the_token_that_kubernetes_gave_it()
    {
        using HttpRequestMessage request = Request(("AZURE_CLIENT_ID", "me"), ("AZURE_TENANT_ID", "home"), ("AZURE_FEDERATED_TOKEN_FILE", "/token"));
        Assert.Equal("https://login.microsoftonline.com/home/oauth2/v2.0/token", request.RequestUri!.AbsoluteUri);
        string form = await request.Content!.ReadAsStringAsync();
        Assert.Contains("client_id=me", form, StringComparison.Ordinal);
        Assert.Contains("client_assertion=of%2Ftoken", form, StringComparison.Ordinal);
        Assert.Contains("scope=https%3A%2F%2Fstorage.azure.com%2F.default", form, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_app_asks_its_endpoint()
    {
        using HttpRequestMessage request = Request(("IDENTITY_ENDPOINT", "http://localhost:42/msi"), ("IDENTITY_HEADER", "h"));
        Assert.Equal("http://localhost:42/msi?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com%2F", request.RequestUri!.AbsoluteUri);
        Assert.Equal(["h"], request.Headers.GetValues("X-IDENTITY-HEADER"));
    }

    [Fact]
    public void A_machine_asks_its_metadata()
    {
        using HttpRequestMessage request = Request(("AZURE_CLIENT_ID", "me"));
        Assert.Equal("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=me", request.RequestUri!.AbsoluteUri);
        Assert.Equal(["true"], request.Headers.GetValues("Metadata"));
    }

    [Theory]
    [InlineData("""{"access_token":"t1","expires_in":3600}""")]
    [InlineData("""{"access_token":"t1","expires_in":"3600"}""")]
    [InlineData("""{"access_token":"t1","expires_on":"1787396400"}""")]
    public async Task A_token_is_kept_until_shortly_before_it_ends(string body)
    {
        Assert.Equal(1_787_392_800, _clock.Now.ToUnixTimeSeconds());
        _answers.Bodies.Enqueue(body);
        _answers.Bodies.Enqueue("""{"access_token":"t2","expires_in":3600}""");
        using OwnIdentity identity = Identity();
        Assert.Equal("t1", await identity.Token(default));
        _clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("t1", await identity.Token(default));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("t2", await identity.Token(default));
    }

    [Theory]
    [InlineData("<html>TOPSECRET</html>")]
    [InlineData("[\"TOPSECRET\"]")]
    [InlineData("""{"token":"TOPSECRET"}""")]
    [InlineData("""{"access_token":null}""")]
    [InlineData("""{"access_token":7}""")]
    [InlineData("""{"access_token":"TOPSECRET","expires_in":9000000000000000}""")]
    [InlineData("""{"access_token":"TOPSECRET","expires_on":9000000000000000}""")]
    public async Task An_answer_that_cannot_be_read_is_asked_for_again_and_not_shown(string body)
    {
        using OwnIdentity identity = Identity();
        _answers.Bodies.Enqueue(body);
        TransientFetchException failure = await Assert.ThrowsAsync<TransientFetchException>(() => identity.Token(default));
        Assert.Contains("cannot be read", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TOPSECRET", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_identity_is_told_so_and_who_is_busy_is_asked_again()
    {
        using OwnIdentity identity = Identity();
        _answers.Status = HttpStatusCode.BadRequest;
        Assert.Contains("is an identity assigned", (await Assert.ThrowsAsync<RefusedModelException>(() => identity.Token(default))).Message, StringComparison.Ordinal);
        _answers.Status = HttpStatusCode.TooManyRequests;
        await Assert.ThrowsAsync<TransientFetchException>(() => identity.Token(default));
    }

    [Fact]
    public async Task A_token_that_is_turned_away_is_asked_for_anew_once()
    {
        _answers.Bodies.Enqueue("""{"access_token":"old","expires_in":3600}""");
        _answers.Bodies.Enqueue("""{"access_token":"new","expires_in":3600}""");
        Answers storage = new() { Accepts = "Bearer new" };
        using HttpClient client = new(new BlobAuthorization(Identity(), _clock) { InnerHandler = storage });
        using HttpResponseMessage answer = await client.GetAsync(new Uri("https://acc.blob.core.windows.net/models/tiny/1/release.json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["Bearer old", "Bearer new"], storage.Shown);
        Assert.Equal(["2021-12-02"], answer.RequestMessage!.Headers.GetValues("x-ms-version"));
    }

    private OwnIdentity Identity() => new(new HttpClient(_answers), _ => null, _ => "", _clock);

    private static HttpRequestMessage Request(params (string Name, string Value)[] environment) =>
        IdentityRequest.From(name => environment.FirstOrDefault(one => one.Name == name).Value, file => $"of{file}\n");

    private sealed class Answers : HttpMessageHandler
    {
        public Queue<string> Bodies { get; } = new();

        public List<string?> Shown { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public string? Accepts { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Shown.Add(request.Headers.Authorization?.ToString());
            HttpStatusCode status = Accepts is not null && Accepts != Shown[^1] ? HttpStatusCode.Unauthorized : Status;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(Bodies.TryDequeue(out string? body) ? body : ""), RequestMessage = request });
        }
    }
}
