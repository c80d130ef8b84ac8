using System.CommandLine;
using System.CommandLine.Parsing;
using LlmOps.Audit;
using LlmOps.LocalHost.Stack;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops up`: the whole stack on this machine, until Ctrl-C.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        Option<int> port = new("--port") { Description = "The control plane's port on loopback; 0 chooses one" };
        Option<bool> development = new("--development") { Description = "Give inference servers their fault switch" };
        Option<Uri?> cluster = new("--cluster-url")
        {
            Description = "Use a cluster that runs already", Hidden = true, CustomParser = result => AbsoluteUri(result),
        };
        Option<string?> template = new("--template") { Description = "The folder whose files a new repository starts from", Hidden = true };
        Option<bool> noMonitoring = new("--no-monitoring") { Description = "Run without Prometheus and Alertmanager" };
        Option<string> home = Asked.HomeOption();
        Command command = new("up", "Run the whole stack on this machine until Ctrl-C") { port, development, cluster, template, noMonitoring, home };
        command.SetAction((parsed, cancellation) => Asked.Guarded(() => Run(
            new StackSettings(
                parsed.Home(home), parsed.GetValue(development), parsed.GetValue(port), parsed.GetValue(cluster), !parsed.GetValue(noMonitoring))
            {
                Template = parsed.GetValue(template) ?? StackSettings.ShippedTemplate,
            },
            cancellation)));
        return command;
    }

    private static Uri? AbsoluteUri(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out Uri? uri))
        {
            return uri;
        }
        result.AddError($"'{result.Tokens.Single().Value}' is not an absolute URL");
        return null;
    }

    private static async Task<int> Run(StackSettings settings, CancellationToken cancellation)
    {
        await using LocalStack stack = await LocalStack.Start(settings, cancellation);
        Console.WriteLine($"control plane  {stack.Url}");
        Console.WriteLine(stack.GatewayUrl is { } gateway
            ? $"gateway        {gateway}  (OpenAI clients: {gateway}MODEL/v1)"
            : "gateway        of the cluster that was given");
        Console.WriteLine($"repository     {settings.Home.Repository}");
        Console.WriteLine($"logs           {settings.Home.Logs}");
        Console.WriteLine($"alerts         {Alerts(stack, settings)}");
        AnsiConsole.MarkupLine("[grey]Ctrl-C stops everything.[/]");
        using Timeline timeline = new(stack.Services.GetRequiredService<ReadAudit>().Handle, AnsiConsole.Console);
        await timeline.Follow(_ => true, cancellation);
        AnsiConsole.MarkupLine("[grey]stopping…[/]");
        return ExitCodes.Ok;
    }

    private static string Alerts(LocalStack stack, StackSettings settings) => stack switch
    {
        { HasPrometheus: true } => "Prometheus and Alertmanager",
        _ when !settings.Monitoring => "none (--no-monitoring)",
        _ => "none: install prometheus and prometheus-alertmanager for alerts that roll back",
    };
}
