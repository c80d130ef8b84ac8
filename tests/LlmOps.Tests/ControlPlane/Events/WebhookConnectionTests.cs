using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Events;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Events;

public sealed class WebhookConnectionTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task<string> request;
    private string response = "HTTP/1.1 204 No Content\r\n\r\n";

    public WebhookConnectionTests()
    {
        listener.Start();
        request = Answer();
    }

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose() => listener.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_name_that_leads_to_a_private_address_is_refused_without_a_connection(string host)
    {
        WebhookAnswer answer = await Send(host, []);
        Assert.True(answer.Forbidden);
        Assert.Null(answer.Status);
        Assert.False(request.IsCompleted);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_network_that_the_settings_admit_is_reached()
    {
        WebhookAnswer answer = await Send("127.0.0.1", ["127.0.0.0/8"]);
        Assert.Equal(204, answer.Status);
        string sent = await request;
        Assert.StartsWith("POST /hook HTTP/1.1", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        response = $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{Port}/elsewhere\r\nContent-Length: 0\r\n\r\n";
        Assert.Equal(307, (await Send("127.0.0.1", ["127.0.0.0/8"])).Status);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Silence_ends_after_the_time_allowed()
    {
        response = "";
        Assert.Contains("no answer within", (await Send("127.0.0.1", ["127.0.0.0/8"], TimeSpan.FromMilliseconds(200))).Trouble, StringComparison.Ordinal);
    }

    private async Task<WebhookAnswer> Send(string host, IReadOnlyList<string> networks, TimeSpan? patience = null)
    {
        ControlPlaneOptions options = new()
        {
            AlertmanagerToken = "", GitHubSecret = "", FluxSecret = "", WebhookNetworks = networks, WebhookTimeout = patience ?? TimeSpan.FromSeconds(20),
            WebhookSecrets = new Dictionary<string, string> { ["now"] = WebhookReceiver.Secret },
        };
        using HttpClient http = new(WebhookConnection.Handler(options));
        WebhookEndpoint endpoint = new() { Name = "ci", Url = $"http://{host}:{Port}/hook", Secrets = ["now"] };
        OutgoingEvent happened = new("evt_1", "release.promoted", "tiny-ops", "1.0.0", DateTimeOffset.UnixEpoch, new JsonObject());
        return await new SendWebhook(http, options, TimeProvider.System).Handle(endpoint, happened, default);
    }

    private async Task<string> Answer()
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        byte[] buffer = new byte[16 << 10];
        int read = await stream.ReadAsync(buffer);
        while (response.Length == 0 && await stream.ReadAsync(buffer.AsMemory(read)) > 0)
        {
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(response));
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
