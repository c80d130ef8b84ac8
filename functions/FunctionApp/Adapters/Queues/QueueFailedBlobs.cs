using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using LlmOps.Ports;

namespace LlmOps.FunctionApp.Adapters.Queues;

/// <summary>The storage queue in which the Functions host notes the blobs that its trigger gave up on; the host creates it with the first.</summary>
public sealed class QueueFailedBlobs(QueueClient queue) : IFailedBlobs
{
    /// <summary>The queue's name, which is the host's.</summary>
    public const string Name = "webjobs-blobtrigger-poison";

    // The most that the storage hands out at once.
    private const int MostAtOnce = 32;
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(5);

    public async Task<IReadOnlyList<FailedBlob>> Take(int most, CancellationToken cancellation)
    {
        try
        {
            QueueMessage[] messages = await queue.ReceiveMessagesAsync(Math.Min(most, MostAtOnce), Hidden, cancellation);
            return [.. messages.Select(message => new FailedBlob($"{message.MessageId}\n{message.PopReceipt}", message.Body.ToString()))];
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return [];
        }
    }

    public async Task Remove(FailedBlob failed, CancellationToken cancellation)
    {
        string[] receipt = failed.Receipt.Split('\n');
        try
        {
            await queue.DeleteMessageAsync(receipt[0], receipt[1], cancellation);
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            // It has come up again, with another receipt, or somebody has cleared the queue.
        }
    }
}
