namespace LlmOps.Ports;

/// <summary>What a host tried to deliver to our hook. A host that never delivers anything offers no such port.</summary>
public interface IHookDeliveries
{
    /// <summary>The tries since a time, in any order.</summary>
    Task<IReadOnlyList<HookDelivery>> ListSince(DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Asks the host to deliver a try's event again.</summary>
    Task Redeliver(long id, CancellationToken cancellation);
}

/// <summary>A try to deliver an event: tries of one event share its <paramref name="Delivery"/>, a GUID. The status is our answer's code, 0 without an answer.</summary>
public sealed record HookDelivery(long Id, string Delivery, DateTimeOffset At, int Status)
{
    public bool Succeeded => Status is >= 200 and < 300;
}
