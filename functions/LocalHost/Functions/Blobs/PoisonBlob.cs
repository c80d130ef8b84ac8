using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Functions.Blobs;

/// <summary>What the Functions host says of a blob that its function failed on too often.</summary>
internal sealed record PoisonBlob(string FunctionId, string BlobType, string ContainerName, string BlobName, string ETag)
{
    public const string Queue = "webjobs-blobtrigger-poison";

    public static OutgoingMessage Message(BlobArrival arrival)
    {
        (EmbeddedFunction function, string container, BlobItem blob, _) = arrival;
        return new OutgoingMessage(
            Queue,
            Id: $"{function.Name}:{container}/{blob.Name}:{blob.ETag}",
            OrderingKey: blob.Name,
            JsonSerializer.Serialize(new PoisonBlob(function.Name, "BlockBlob", container, blob.Name, blob.ETag)));
    }
}
