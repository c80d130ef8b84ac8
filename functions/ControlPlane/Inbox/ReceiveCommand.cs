using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;

namespace LlmOps.Inbox;

/// <summary>
/// A person's command on a release, or on the newest of a model when it names no version. <paramref name="Key"/> names the
/// command, so that sending it again changes nothing; <paramref name="Source"/> says through what it came. With an
/// <paramref name="Attempt"/> it is meant for that attempt only.
/// </summary>
public sealed record ReleaseCommand(
    string Verb, string Model, string? Version, string By, string Reason, string Key, string Source = "api", int? Attempt = null);

/// <summary>
/// Takes a command: says at once what is wrong with it (400), that nothing is called so (404), or that the release is not one
/// for it now (409, with what is possible); otherwise stores it, enqueues it and answers 202.
/// </summary>
public sealed class ReceiveCommand(PreviewCommand preview, RequestRollback rollback, IBlobs blobs, IMessageBus bus, TimeProvider clock)
{
    public async Task<Receipt> Handle(ReleaseCommand command, CancellationToken cancellation)
    {
        if (CommandRules.Fault(command) is { } fault)
        {
            return new Receipt(400, fault);
        }
        ReleaseCommand asked = CommandRules.Flatten(command);
        return await Store(asked, cancellation);
    }

    private async Task<CommandTarget> Target(ReleaseCommand command, CancellationToken cancellation)
    {
        if (command.Verb != CommandRules.Rollback)
        {
            return await preview.Handle(command, clock.GetUtcNow(), cancellation);
        }
        RollbackTarget target = await rollback.Find(Request(command), cancellation);
        return target.Release is { } release ? new CommandTarget(release.Version) { Attempt = release.Attempt } : new CommandTarget("", target.Answer);
    }

    private static RollbackRequest Request(ReleaseCommand command) =>
        new(command.Model, command.Reason, command.By, Version: command.Version, Key: command.Key);

    private async Task<Receipt> Store(ReleaseCommand command, CancellationToken cancellation)
    {
        string name = StoredCommand.Name(command.Key);
        while (true)
        {
            if (await blobs.ReadJson<StoredCommand>(Containers.State, name, cancellation) is not var (stored, _))
            {
                CommandTarget target = await Target(command, cancellation);
                if (target.Refusal is { } refusal)
                {
                    return refusal;
                }
                stored = new StoredCommand(command, target.Version, clock.GetUtcNow()) { Attempt = target.Attempt };
                if (!(await blobs.PutJson(Containers.State, name, stored, PutCondition.IfAbsent, cancellation)).Written)
                {
                    continue;
                }
            }
            if (stored.Command != command)
            {
                return new Receipt(409, $"the key '{command.Key}' names another command: {stored.Command.Verb} {stored.Command.Model}@{stored.Version}");
            }
            // Enqueued when it is sent again too: the first time's work may have been lost.
            if (command.Verb == CommandRules.Rollback)
            {
                await rollback.Send(Request(command), stored.Version, stored.Attempt, stored.ReceivedAt, cancellation);
                return new Receipt(202, $"{command.Model}@{stored.Version}");
            }
            await bus.Send(new WorkItem(WorkItem.Command, command.Model, stored.Version, Inbox: name).ToMessage(), cancellation);
            return new Receipt(202, stored.Version.Length == 0 ? command.Model : $"{command.Model}@{stored.Version}");
        }
    }
}
