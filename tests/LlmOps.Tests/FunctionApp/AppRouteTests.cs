using System.Net;
using LlmOps.FunctionApp.Triggers;
using LlmOps.Tests.LocalHost.Functions;

namespace LlmOps.Tests.FunctionApp;

public sealed class AppRouteTests
{
    private static readonly Type[] Api =
    [
        typeof(HttpApiReleases), typeof(HttpApiRollbacks), typeof(HttpApiCommands), typeof(HttpApiAudit), typeof(HttpApiDeadLetters), typeof(HttpApiModels),
        typeof(HttpApiWebhooks), typeof(HttpMlflow),
    ];

    private readonly MemoryQueue queue = new();

    [Theory]
    [InlineData("GET", "api/releases")]
    [InlineData("GET", "api/releases/tiny-ops/1.0.0")]
    [InlineData("GET", "api/releases/tiny-ops/1.0.0/report")]
    [InlineData("POST", "api/rollbacks")]
    [InlineData("POST", "api/releases/tiny-ops/1.0.0/commands")]
    [InlineData("POST", "api/releases/tiny-ops/commands")]
    [InlineData("GET", "api/audit?after=3")]
    [InlineData("GET", "api/audit/verification")]
    [InlineData("GET", "api/deadletters/work")]
    [InlineData("POST", "api/deadletters/work/1/resend")]
    [InlineData("GET", "api/models")]
    [InlineData("GET", "api/models/tiny-ops")]
    [InlineData("POST", "api/models/tiny-ops/aliases")]
    [InlineData("POST", "api/models/tiny-ops/tags")]
    [InlineData("POST", "api/models/tiny-ops/description")]
    [InlineData("GET", "api/webhooks")]
    [InlineData("POST", "api/webhooks/ci/dead/1/resend")]
    [InlineData("GET", "api/2.0/mlflow/registered-models/search")]
    [InlineData("DELETE", "api/2.0/mlflow/registered-models/alias")]
    public async Task The_api_is_closed_without_the_key(string method, string route)
    {
        await using FunctionHost host = await FunctionHost.Start(FunctionHost.Options(Api), queue);

        using HttpResponseMessage response = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), route));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_dead_letter_is_shown_and_sent_again_once_whatever_its_id()
    {
        const string Resend = $"api/deadletters/work/tiny-ops%2F1.0.0%2Fadvance/resend?code={FunctionHost.Key}";
        queue.Dead.Add(new("work", "tiny-ops/1.0.0/advance", "tiny-ops", "{}", 3, "IOException: no network", default));
        await using FunctionHost host = await FunctionHost.Start(FunctionHost.Options(Api), queue);

        Assert.Contains("no network", await host.Http.GetStringAsync($"api/deadletters/work?code={FunctionHost.Key}"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.PostAsync(Resend, null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.PostAsync(Resend, null)).StatusCode);
    }
}
