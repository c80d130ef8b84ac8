namespace LlmOps.Audit;

public sealed class ReadAudit
{
    public Task<IReadOnlyList<object>> Handle(long after, CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class VerifyAudit
{
    public Task<object> Handle(CancellationToken cancellation) => throw new NotImplementedException();
}
