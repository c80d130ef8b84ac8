using System.Globalization;
using System.Runtime.ExceptionServices;
using LlmOps.Audit;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>Answers all alerts of a stored message of Alertmanager. One that was truncated acts on what it holds, and is told to be incomplete.</summary>
public sealed class AnswerMessage(IBlobs blobs, AnswerAlert answerAlert, RollbackLog audit)
{
    public async Task Handle(RollbackOrder order, CancellationToken cancellation)
    {
        (byte[] bytes, _) = await blobs.ReadBytes(Containers.State, order.Inbox!, cancellation)
            ?? throw new InvalidDataException($"{order.Inbox} is gone from the inbox");
        AlertmanagerMessage message = AlertmanagerMessage.Parse(bytes);
        // One that cannot be answered now must not keep another from its rollback; the message comes again for it.
        List<Exception> failed = [];
        foreach (Alert alert in message.Alerts)
        {
            try
            {
                await answerAlert.Handle(alert, order.ReceivedAt, cancellation);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                failed.Add(error);
            }
        }
        if (message.TruncatedAlerts > 0)
        {
            await audit.Append(Truncated(order, message), cancellation);
        }
        if (failed is [var only])
        {
            ExceptionDispatchInfo.Throw(only);
        }
        if (failed.Count > 0)
        {
            throw new AggregateException($"{failed.Count} of {message.Alerts.Count} alerts could not be answered", failed);
        }
    }

    private static AuditFact Truncated(RollbackOrder order, AlertmanagerMessage message)
    {
        string? model = message.Alerts.Select(alert => alert.Model).Distinct().ToList() is [{ } one] && Names.IsModel(one) ? one : null;
        return new AuditFact(
            $"{order.Inbox}/truncated", "AlertsTruncated", model, null,
            string.Create(CultureInfo.InvariantCulture, $"a message of Alertmanager is incomplete: it holds {message.Alerts.Count} alerts, which were answered, and leaves {message.TruncatedAlerts} out"),
            new Dictionary<string, string> { ["inbox"] = order.Inbox!, ["truncated"] = message.TruncatedAlerts.ToString(CultureInfo.InvariantCulture) });
    }
}
