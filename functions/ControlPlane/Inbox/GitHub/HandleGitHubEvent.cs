using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;
using LlmOps.Reviews;

namespace LlmOps.Inbox.GitHub;

/// <summary>
/// Does what follows from a stored event of GitHub. An event counts as done when what follows from it is done, not when it was
/// seen: what failed is done on its redelivery.
/// </summary>
public sealed class HandleGitHubEvent(IBlobs blobs, LookAtReleases look, HearPullRequest pullRequest, AnswerCommand command, ControlPlaneOptions options)
{
    public async Task Handle(string inbox, CancellationToken cancellation)
    {
        (byte[] body, _) = await blobs.ReadBytes(Containers.State, inbox, cancellation) ?? throw new InvalidDataException($"{inbox} is gone from the inbox");
        if (ReadGitHubEvent.Of(inbox.Split('/')[2], body, options) is not { } heard)
        {
            return;
        }
        string done = $"inbox/done/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(heard.Key)))}";
        await using (BlobContent? before = await blobs.OpenRead(Containers.State, done, cancellation))
        {
            if (before is not null)
            {
                return;
            }
        }
        await Act(heard, cancellation);
        await blobs.PutText(Containers.State, done, heard.Key, PutCondition.IfAbsent, cancellation);
    }

    private Task Act(GitHubEvent heard, CancellationToken cancellation) => heard switch
    {
        GitHubEvent.Pushed => look.AfterPush(cancellation),
        GitHubEvent.PullRequestChanged changed => pullRequest.Changed(changed, cancellation),
        GitHubEvent.CheckAsked asked => pullRequest.CheckAgain(asked.Reference, cancellation),
        GitHubEvent.CommandWritten written => command.Handle(written, cancellation),
        GitHubEvent.ButtonPressed pressed => command.Handle(pressed, cancellation),
        _ => throw new InvalidOperationException($"{heard.GetType().Name} is not an event"),
    };
}
