namespace LlmOps.Audit;

/// <summary>Reads the audit log from a position, for the timeline and the CLI.</summary>
public sealed class ReadAudit(AuditLog log)
{
    /// <summary>The entries after a sequence number, oldest first.</summary>
    public Task<IReadOnlyList<AuditEntry>> Handle(long after, CancellationToken cancellation) => log.Read(after, cancellation);
}
