using LlmOps.Inbox;

namespace LlmOps.Rollbacks;

public sealed record RollbackRequest(string Model, string Reason, string RequestedBy, bool DryRun = false);

public sealed class RequestRollback
{
    public Task<Receipt> Handle(RollbackRequest request, CancellationToken cancellation) => throw new NotImplementedException();
}
