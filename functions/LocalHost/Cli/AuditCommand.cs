using System.CommandLine;
using LlmOps.Audit;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Stack;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops audit verify`: proves the audit log, against Git too; it needs no running stack.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        Option<string> home = Asked.HomeOption();
        Command verify = new("verify", "Prove that no entry was changed, removed or added, and that Git agrees") { home };
        verify.SetAction((parsed, cancellation) => Asked.Guarded(() => Run(parsed.Home(home), cancellation)));
        return new Command("audit", "The hash-chained log of every decision") { verify };
    }

    private static async Task<int> Run(Home home, CancellationToken cancellation)
    {
        if (!Directory.Exists(home.Repository))
        {
            return Asked.Fail($"{home.Folder} holds no stack");
        }
        FolderBlobs blobs = new(home.Blobs, TimeProvider.System);
        BareGitHost git = new(home.Repository, TimeProvider.System);
        ChainVerdict verdict = await new VerifyAudit(blobs, git, Secrets.Of(home).ToOptions()).Handle(cancellation);
        if (!verdict.Holds)
        {
            return Asked.Fail($"the audit log does not hold: {verdict.Text}");
        }
        Console.WriteLine($"the audit log holds: {verdict.Text}");
        return ExitCodes.Ok;
    }
}
