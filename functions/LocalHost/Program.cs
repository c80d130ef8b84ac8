using System.CommandLine;
using LlmOps.LocalHost.Cli;
using LlmOps.LocalHost.Cluster;

RootCommand root = new("LLM releases as one event-driven loop: verify, gate, commit, canary, and revert in Git.")
{
    DemoCommand.Create(),
    UpCommand.Create(),
    PackCommand.Create(),
    UploadCommand.Create(),
    GetCommand.Create(),
    RollbackCommand.Create(),
    GateCommand.Create(),
    AuditCommand.Create(),
    ClusterCommand.Create(),
};
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
    {
        Console.Error.WriteLine($"llmops: {error.Message}");
    }
    Console.Error.WriteLine("llmops: see `llmops --help`");
    return ExitCodes.Usage;
}
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
