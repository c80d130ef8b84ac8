using LlmOps.Ports;

namespace LlmOps.LocalHost.Crashes;

/// <summary>A point after each message that was sent.</summary>
internal sealed class CrashingBus(IMessageBus bus, CrashPoints points) : IMessageBus
{
    public async Task Send(OutgoingMessage message, CancellationToken cancellation)
    {
        await bus.Send(message, cancellation);
        points.Reached("send", $"{message.Queue} {message.OrderingKey}");
    }

    public Task<IReadOnlyList<DeadLetter>> PeekDeadLetters(string queue, int count, CancellationToken cancellation) =>
        bus.PeekDeadLetters(queue, count, cancellation);

    public Task<bool> Resend(string queue, string messageId, CancellationToken cancellation) => bus.Resend(queue, messageId, cancellation);
}
