using System.CommandLine;
using LlmOps.LocalHost.Cli;
using LlmOps.LocalHost.Cluster;
using Spectre.Console;

AnsiConsole.Console = Terminal.Open(Console.IsOutputRedirected);
RootCommand root = new("LLM releases as one event-driven loop: verify, gate, commit, canary, and revert in Git.")
{
    DemoCommand.Create(),
    UpCommand.Create(),
    PackCommand.Create(),
    SignCommand.Create(),
    VerifyCommand.Create(),
    UploadCommand.Create(),
    GetCommand.Create(),
    RollbackCommand.Create(),
    GateCommand.Create(),
    AuditCommand.Create(),
    ClusterCommand.Create(),
};
foreach (Command order in OrderCommand.CreateAll())
{
    root.Add(order);
}
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    return UsageError.Show(parsed, Console.Error);
}
using Interruption interruption = new();
return await parsed.InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, interruption.Token);
