namespace LlmOps.Inbox;

/// <summary>What a hook answers: an HTTP status code and a line of text.</summary>
public sealed record Receipt(int Status, string Text);

public sealed class ReceiveUpload
{
    public Task Handle(string model, string version, CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class ReceiveAlerts
{
    public Task<Receipt> Handle(ReadOnlyMemory<byte> body, string? authorization, CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class ReceiveGitHub
{
    public Task<Receipt> Handle(ReadOnlyMemory<byte> body, string? eventName, string? delivery, string? signature, CancellationToken cancellation) =>
        throw new NotImplementedException();
}

public sealed class ReceiveFluxEvent
{
    public Task<Receipt> Handle(ReadOnlyMemory<byte> body, string? signature, CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class HandleWork
{
    public Task Handle(string body, CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class HandleRollback
{
    public Task Handle(string body, CancellationToken cancellation) => throw new NotImplementedException();
}
