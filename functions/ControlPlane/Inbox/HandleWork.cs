using System.Text.Json;
using LlmOps.Inbox.GitHub;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Reviews;

namespace LlmOps.Inbox;

/// <summary>Does what stands in the work queue.</summary>
public sealed class HandleWork(
    RegisterUpload register, LookAtReleases look, CarryOutCommand command, HandleGitHubEvent gitHub, ShowVerdict verdict, RefreshChecks checks)
{
    /// <summary>Handles a message; called again with the same message, it changes nothing more.</summary>
    public async Task Handle(string body, CancellationToken cancellation)
    {
        WorkItem item = JsonSerializer.Deserialize<WorkItem>(body, Wire.Json) ?? throw new InvalidDataException("an empty work item");
        switch (item.Kind)
        {
            case WorkItem.Upload when await register.Handle(item.Model, item.Version, cancellation):
                await look.One(item with { Tick = 0 }, cancellation);
                break;
            case WorkItem.Upload:
                break;
            case WorkItem.Advance:
                await look.One(item, cancellation);
                break;
            case WorkItem.Command:
                await command.Handle(item, cancellation);
                break;
            case WorkItem.Push:
                await look.AfterPush(cancellation);
                break;
            case WorkItem.Look:
                await look.All(cancellation);
                break;
            case WorkItem.GitHub:
                await gitHub.Handle(item.Inbox!, cancellation);
                break;
            case OrderVerdict.Work:
                await verdict.Handle(item.Model, item.Version, cancellation);
                break;
            case RefreshChecks.Work:
                await checks.Handle(item.Model, item.Version, cancellation);
                break;
            default:
                throw new InvalidDataException($"'{item.Kind}' is not a kind of work");
        }
    }
}
