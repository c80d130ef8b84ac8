using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LlmOps.Releases;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>What strangers send to a running stack's hooks, and put into its blobs past the CLI.</summary>
[Collection(StackStories.Name)]
public sealed class BadRequestStory(StackUnderTest stack)
{
    private const string Alert = """
        {"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"LlmErrorRateHigh","model":"nobody","version":"1.0.0"},
        "annotations":{},"startsAt":"2026-01-01T00:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"00000000000000aa"}]}
        """;

    [RequiresFact(Tool.Prometheus)]
    public async Task Hooks_and_api_refuse_who_has_no_credential()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await Send("hooks/alertmanager", Alert));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send("hooks/alertmanager", Alert, request => request.Headers.Authorization = new("Bearer", "wrong")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send("hooks/github", "{}", request => request.Headers.Add("X-Hub-Signature-256", "sha256=00")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send("hooks/flux", "{}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send("api/rollbacks", "{}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send("api/rollbacks", "{}", request => request.Headers.Add("x-functions-key", "wrong")));
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task A_body_over_the_cap_is_refused()
    {
        string body = new(' ', (4 << 20) + 1);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Send("hooks/alertmanager", body, Authorize));
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task An_alert_for_an_unknown_model_is_taken_and_recorded_as_ignored()
    {
        Assert.Equal(HttpStatusCode.Accepted, await Send("hooks/alertmanager", Alert, Authorize));
        await StackUnderTest.Until(
            async () => (await stack.Client.Audit(0, default)).Any(entry => entry.Kind == "AlertIgnored" && entry.Model == "nobody"), "it is ignored", stack.Up);
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task A_broken_upload_past_the_cli_is_rejected()
    {
        using ScratchFolder scratch = new();
        string folder = await Samples.Renamed("1.1.0", "9.0.0", scratch["version"]);
        File.Delete(Path.Combine(folder, "tokenizer.json"));
        await File.AppendAllTextAsync(Path.Combine(folder, "config.json"), " ");
        Directory.Move(folder, Path.Combine(stack.Home.Models, "tiny-ops", "9.0.0"));
        await stack.Reach("9.0.0", Phase.Rejected);
        Release release = (await stack.Client.Get("tiny-ops", "9.0.0", default))!;
        Assert.Contains("tokenizer.json is missing", release.Reason);
        Assert.Contains("config.json has", release.Reason);
        (int exitCode, string output) = await stack.Cli("get", "release", "tiny-ops@9.0.0", "-w");
        Assert.True(exitCode == 1 && output.Contains("Rejected"), output);
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task A_release_json_that_is_none_is_rejected_past_the_cli()
    {
        string folder = Path.Combine(stack.Home.Models, "tiny-ops", "9.1.0");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "release.json"), "{ not json");
        await stack.Reach("9.1.0", Phase.Rejected);
        Assert.Contains("not the JSON of a release", (await stack.Client.Get("tiny-ops", "9.1.0", default))!.Reason);
    }

    private void Authorize(HttpRequestMessage request) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Secrets.AlertmanagerToken);

    private async Task<HttpStatusCode> Send(string path, string body, Action<HttpRequestMessage>? sign = null)
    {
        using HttpClient http = new() { BaseAddress = stack.Card.Url };
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        sign?.Invoke(request);
        using HttpResponseMessage response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
