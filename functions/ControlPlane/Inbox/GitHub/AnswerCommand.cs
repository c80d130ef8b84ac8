using System.Globalization;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Reviews;

namespace LlmOps.Inbox.GitHub;

/// <summary>
/// Carries out a command that somebody wrote in a comment or gave by a button, and answers once. Who may is asked of the
/// repository's host: what an event says of its author is not evidence.
/// </summary>
public sealed class AnswerCommand(IGitReviews reviews, ReceiveCommand receive, CommandSubject subject, CommandAnswers answers, TimeProvider clock)
{
    /// <summary>A command that took longer to reach us may not be what anybody wants any more.</summary>
    private static readonly TimeSpan MostAge = TimeSpan.FromHours(1);

    public async Task Handle(GitHubEvent.CommandWritten written, CancellationToken cancellation)
    {
        if (await answers.Read(written.Key, cancellation) is not { } receipt)
        {
            receipt = await Decide(written, cancellation);
            receipt = await answers.Keep(written.Key, receipt, cancellation);
        }
        if (receipt.Text.Length == 0)
        {
            return;
        }
        await reviews.PutComment(new ReviewComment(written.Key, written.Number, CommandAnswers.Text(written, receipt)), cancellation);
    }

    /// <summary>A button has no place for an answer: what followed stands in the log and in the check that is put next.</summary>
    public async Task Handle(GitHubEvent.ButtonPressed pressed, CancellationToken cancellation)
    {
        if (CheckNames.ReleaseIn(pressed.Reference) is not var (model, version, attempt) || !CommentCommand.IsVerb(pressed.Action) || !await MayWrite(pressed.By, cancellation))
        {
            return;
        }
        await receive.Handle(new ReleaseCommand(pressed.Action, model, version, pressed.By, "by the button of its check", pressed.Key, "github", attempt), cancellation);
    }

    private async Task<Receipt> Decide(GitHubEvent.CommandWritten written, CancellationToken cancellation)
    {
        CommentCommand? command = CommentCommand.Parse(written.Line, out string problem);
        if (!await MayWrite(written.By, cancellation))
        {
            // Who may not command and does not know how gets no answer: strangers must not make us write.
            return new Receipt(403, command is null ? "" : "only people who may write to this repository give commands");
        }
        if (command is null)
        {
            return new Receipt(400, problem);
        }
        TimeSpan age = clock.GetUtcNow() - written.At;
        if (age > MostAge)
        {
            return new Receipt(409, "it reached me more than an hour after it was written: if it is still wanted, write it again");
        }
        if (await subject.Model(command, written.Number, cancellation) is not { } model)
        {
            return new Receipt(404, command.Model is null ? $"say which model: `{CommentCommand.Usage}`" : $"no model `{command.Model}` is released from this repository");
        }
        if (await answers.NewerFor(model, written, cancellation) is { } newer)
        {
            return new Receipt(409, $"a newer command for {model} came first, written at {newer:u}");
        }
        return await receive.Handle(
            new ReleaseCommand(command.Verb, model, command.Version, written.By, Reason(command, written), written.Key, "github"), cancellation);
    }

    private static string Reason(CommentCommand command, GitHubEvent.CommandWritten written) =>
        command.Reason.Length > 0 ? command.Reason : string.Create(CultureInfo.InvariantCulture, $"a comment on #{written.Number}");

    private async Task<bool> MayWrite(string login, CancellationToken cancellation) =>
        await reviews.PermissionOf(login, cancellation) >= Permission.Write;
}

/// <summary>Finds the model that a command is for.</summary>
public sealed class CommandSubject(IGitHost git, IGitReviews reviews, ControlPlaneOptions options)
{
    /// <summary>The model that is named, if it is released from here; without one, the only model that the pull request touches.</summary>
    public async Task<string?> Model(CommentCommand command, int number, CancellationToken cancellation)
    {
        if (command.Model is { } named)
        {
            return await git.Read(Manifests.Slots.PolicyPath(named), options.Branch, cancellation) is null ? null : named;
        }
        return await reviews.ReadPullRequest(number, cancellation) is { } pull && CheckPullRequest.ModelsOf(pull) is [var only] ? only : null;
    }
}
