using LlmOps.Audit;
using LlmOps.Ports;

namespace LlmOps.Rollbacks;

/// <summary>The audit log as rollbacks write it: a damaged log stops releases, never a rollback; what it could not take goes to people.</summary>
public sealed class RollbackLog(AuditLog audit, IGitHost git)
{
    /// <summary>Logs a fact once, or opens an issue that holds it.</summary>
    public async Task Append(AuditFact fact, CancellationToken cancellation)
    {
        try
        {
            await audit.Append(fact, cancellation);
        }
        catch (InvalidDataException error)
        {
            await git.OpenIssue(
                new GitIssue(
                    $"unlogged-{fact.Id}", "The audit log is damaged: a rollback is missing from it",
                    $"{error.Message}\n\n{fact.Kind} {fact.Model}@{fact.Version}: {PlainText.OneLine(fact.Text)}\n"),
                cancellation);
        }
    }
}
