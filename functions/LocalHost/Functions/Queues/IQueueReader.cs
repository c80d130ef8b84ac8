using LlmOps.LocalHost.Adapters;

namespace LlmOps.LocalHost.Functions.Queues;

/// <summary>The consuming side of the local queues. A message received is locked for a while, and so is its ordering key.</summary>
internal interface IQueueReader
{
    /// <summary>Locks the next message whose time has come and whose ordering key is free, or returns null.</summary>
    Task<Delivery?> Receive(string queue, CancellationToken cancellation);

    /// <summary>Removes a message that was handled; false when its lock was lost and it may come again.</summary>
    Task<bool> Complete(Delivery delivery, CancellationToken cancellation);

    /// <summary>Locks a message for longer; false when its lock was lost.</summary>
    Task<bool> Renew(Delivery delivery, CancellationToken cancellation);

    /// <summary>Gives a message back to come again after a delay, or to the dead letters after too many tries.</summary>
    Task Abandon(Delivery delivery, string error, TimeSpan delay, CancellationToken cancellation);

    /// <summary>Frees every lock: those of a process that died. Called once, before anything is received.</summary>
    Task ReleaseAll(CancellationToken cancellation);

    /// <summary>Returns when the queue may have something to receive, at the latest after <paramref name="atMost"/>.</summary>
    Task WaitForMessages(string queue, TimeSpan atMost, CancellationToken cancellation);
}
