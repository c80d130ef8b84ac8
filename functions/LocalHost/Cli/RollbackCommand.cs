using System.CommandLine;
using LlmOps.Audit;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops rollback`: a person rolls a model back.</summary>
internal static class RollbackCommand
{
    private const string Refused = "RollbackRefused";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "The model whose release is to be rolled back" };
        Option<string> reason = new("--reason") { Description = "Why; it goes into the commit and the quarantine", Required = true };
        Option<bool> dryRun = new("--dry-run") { Description = "Print the commit that it would make" };
        Option<string> home = Asked.HomeOption();
        Command command = new("rollback", "Revert a model's release in Git, to the version that is still warm") { model, reason, dryRun, home };
        command.SetAction((parsed, cancellation) => Asked.WithStack(parsed.Home(home), client => Run(
            client, new RollbackRequest(parsed.GetRequiredValue(model), parsed.GetRequiredValue(reason), Environment.UserName, parsed.GetValue(dryRun)), cancellation)));
        return command;
    }

    private static async Task<int> Run(StackClient client, RollbackRequest request, CancellationToken cancellation)
    {
        long before = await client.Audit(0, cancellation) is [.., var last] ? last.Sequence : 0;
        Receipt receipt = await client.RollBack(request, cancellation);
        if (receipt.Status is < 200 or >= 300)
        {
            return Asked.Fail(receipt.Text.Trim());
        }
        if (request.DryRun)
        {
            Console.WriteLine(receipt.Text);
            return ExitCodes.Ok;
        }
        string[] id = receipt.Text.Trim().Split('@');
        AuditEntry? refused = null;
        using Timeline timeline = new(client.Audit, AnsiConsole.Console);
        Release? release;
        do
        {
            await Task.Delay(Poll, cancellation);
            release = await client.Get(id[0], id[1], cancellation);
            await timeline.ShowNew(
                entry =>
                {
                    bool concerns = entry.Sequence > before && entry.Model == id[0] && entry.Version == id[1] && IsRollback(entry.Kind);
                    refused = concerns && entry.Kind == Refused ? entry : refused;
                    return concerns;
                },
                cancellation);
        }
        while (refused is null && release is { RevertReconciledAt: null, Phase: Phase.RolledBack or Phase.Progressing or Phase.Promoted or Phase.Guarded or Phase.Stalled });
        return refused is null && release?.Phase == Phase.RolledBack
            ? ExitCodes.Ok
            : Asked.Fail($"{receipt.Text.Trim()} is {release?.Phase}: {refused?.Text ?? release?.Reason}");
    }

    private static bool IsRollback(string kind) => kind is "RolledBack" or "RollbackReconciled" or Refused;
}
