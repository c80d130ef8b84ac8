using LlmOps.Inbox;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>
/// A version's last blob has arrived: the upload is complete. Only its name counts: as a stream it is not read, and so no
/// stranger's gigabytes are.
/// </summary>
public sealed class BlobModelUploaded(ReceiveUpload upload)
{
    [Function(nameof(BlobModelUploaded))]
    public Task Run(
        [BlobTrigger("models/{model}/{version}/release.json", Source = BlobTriggerSource.EventGrid, Connection = "ModelStorage")] Stream release,
        string model,
        string version,
        CancellationToken cancellation) =>
        upload.Handle(model, version, cancellation);
}
