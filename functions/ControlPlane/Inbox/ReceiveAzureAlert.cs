using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Rollbacks;

namespace LlmOps.Inbox;

/// <summary>
/// Takes an alert of Azure's managed Prometheus: translates it and stores it as a message of an Alertmanager, so that it is
/// answered like one. The caller has shown the key of the function, since an action group can show no bearer token of ours.
/// </summary>
public sealed class ReceiveAzureAlert(ReceiveAlerts alerts)
{
    public async Task<Receipt> Handle(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        AlertmanagerMessage? message;
        try
        {
            message = TranslateAzureAlert.Read(body.Span);
        }
        catch (InvalidDataException error)
        {
            return new Receipt(400, PlainText.OneLine(error.Message));
        }
        return message is null
            ? new Receipt(200, "not an alert of Prometheus: nothing to do")
            : await alerts.Store(JsonSerializer.SerializeToUtf8Bytes(message, Wire.Json), "azure-monitor", cancellation);
    }
}
