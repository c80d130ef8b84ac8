using System.CommandLine;
using System.Text.Json;
using LlmOps.Audit;
using LlmOps.LocalHost.Demo;
using LlmOps.LocalHost.Stack;
using LlmOps.Ports;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops demo`: a whole release, a refusal and a rollback by an alert, on this machine.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan LoadInterval = TimeSpan.FromMilliseconds(40);

    public static Command Create()
    {
        Option<string> samples = new("--samples") { Description = "The folder with the sample models", DefaultValueFactory = _ => "samples" };
        Option<string> home = Asked.HomeOption();
        Command command = new("demo", "Watch a model be released, a bad one be refused, and another be reverted by an alert") { samples, home };
        command.SetAction((parsed, cancellation) => Asked.Guarded(() => Run(parsed.Home(home), Path.GetFullPath(parsed.GetRequiredValue(samples)), cancellation)));
        return command;
    }

    private static async Task<int> Run(Home home, string samples, CancellationToken cancellation)
    {
        if (!DemoHome.Prepare(home, out string problem))
        {
            return Asked.Fail(problem);
        }
        long start = TimeProvider.System.GetTimestamp();
        await using LocalStack stack = await LocalStack.Start(new StackSettings(home, Development: true), cancellation);
        AnsiConsole.MarkupLineInterpolated($"control plane {stack.Url}, gateway {stack.GatewayUrl}, alerts by {(stack.HasPrometheus ? "Prometheus and Alertmanager" : "the demonstration itself")}");
        RunDemo demo = new(stack, home, samples, AnsiConsole.Console);
        await using DemoLoad load = new(stack.GatewayUrl!, samples, LoadInterval);
        using CancellationTokenSource shown = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task timeline = new Timeline(stack.Services.GetRequiredService<ReadAudit>().Handle, AnsiConsole.Console).Follow(_ => true, shown.Token);
        string? failure = null;
        try
        {
            await demo.Play(load.Start, cancellation);
            await load.UntilRestored(stack, cancellation);
        }
        catch (DemoFailedException error)
        {
            failure = error.Message;
        }
        IReadOnlyList<LoadRequest> answered = await load.Stop();
        int processes = await demo.ProcessesStarted(cancellation);
        await shown.CancelAsync();
        await timeline;
        DemoReport report = await new TellDemo(stack).Tell(
            demo.Fault, answered, processes, TimeProvider.System.GetElapsedTime(start), failure, cancellation);
        await File.WriteAllTextAsync(home.DemoReport, JsonSerializer.Serialize(report, Wire.Indented) + "\n", cancellation);
        return DemoEnding.Show(report, home, AnsiConsole.Console);
    }
}
