using LlmOps.FunctionApp.Http;
using LlmOps.Inbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>GitHub tells of a push, a pull request, a comment; it authenticates by an HMAC over the raw body.</summary>
public sealed class HttpGitHubWebhook(ReceiveGitHub gitHub, ILogger<HttpGitHubWebhook> logger)
{
    [Function(nameof(HttpGitHubWebhook))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "hooks/github")] HttpRequest request, CancellationToken cancellation)
    {
        IHeaderDictionary sent = request.Headers;
        return Hook.Receive(request, BodyLimit.GitHub, logger, body => gitHub.Handle(
            body, sent["X-GitHub-Event"], sent["X-GitHub-Delivery"], sent["X-Hub-Signature-256"], cancellation), cancellation);
    }
}
