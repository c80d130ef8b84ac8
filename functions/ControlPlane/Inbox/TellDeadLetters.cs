using System.Globalization;
using System.Text;
using LlmOps.Ports;
using Microsoft.Extensions.Logging;

namespace LlmOps.Inbox;

/// <summary>
/// Tells people of messages that failed too often: an alert or an order among them would otherwise wait unseen. One issue a
/// queue and oldest letter, so that a broken queue does not open hundreds.
/// </summary>
public sealed partial class TellDeadLetters(IMessageBus bus, IGitHost git, ILogger<TellDeadLetters> logger)
{
    private const int MostCounted = 100;
    private const int MostShown = 20;

    public async Task Handle(CancellationToken cancellation)
    {
        foreach (string queue in (string[])[Queues.Rollback, Queues.Work, Queues.Events])
        {
            IReadOnlyList<DeadLetter> letters = await bus.PeekDeadLetters(queue, MostCounted, cancellation);
            if (letters.Count > 0)
            {
                Log.Dead(logger, queue, letters.Count);
                await git.OpenIssue(Issue(queue, letters), cancellation);
            }
        }
    }

    // The bodies stay out of it: they may quote what users sent.
    private static GitIssue Issue(string queue, IReadOnlyList<DeadLetter> letters)
    {
        DeadLetter oldest = letters[0];
        string key = string.Create(CultureInfo.InvariantCulture, $"deadletters/{queue}/{oldest.Id}@{oldest.At.ToUnixTimeMilliseconds()}");
        string count = letters.Count == MostCounted ? $"{MostCounted} or more" : letters.Count.ToString(CultureInfo.InvariantCulture);
        StringBuilder text = new($"{count} in queue `{queue}`, the oldest first. `GET api/deadletters/{queue}` shows them, `POST api/deadletters/{queue}/ID/resend` sends one again.\n\n");
        foreach (DeadLetter letter in letters.Take(MostShown))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {letter.At:u} {MarkdownText.Inline(letter.Id)}, {letter.Deliveries} tries: {MarkdownText.Inline(letter.Error, 200)}\n");
        }
        return new GitIssue(key, $"Messages of queue {queue} failed for good", text.ToString());
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Queue {Queue} has {Count} dead letters")]
        public static partial void Dead(ILogger logger, string queue, int count);
    }
}
