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
        if (await DemoHome.Prepare(home, cancellation) is { } problem)
        {
            return Asked.Fail(problem);
        }
        long start = TimeProvider.System.GetTimestamp();
        await using LocalStack stack = await LocalStack.Start(new StackSettings(home, Development: true), cancellation);
        Console.WriteLine($"control plane {stack.Url}, gateway {stack.GatewayUrl}");
        Console.WriteLine(stack.HasPrometheus
            ? "alerts come from a real Prometheus and Alertmanager"
            : "Prometheus and Alertmanager are not installed: the demonstration will post the alert itself");
        using Timeline timeline = new(stack.Services.GetRequiredService<ReadAudit>().Handle, AnsiConsole.Console);
        RunDemo demo = new(stack, home, samples, AnsiConsole.Console, timeline);
        await using DemoLoad load = new(stack.GatewayUrl!, samples, LoadInterval);
        using CancellationTokenSource shown = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task following = timeline.Follow(_ => true, shown.Token);
        string? failure = null;
        try
        {
            await demo.Play(load.Start, cancellation);
            await load.UntilRestored(stack, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Asked.Fail("the demonstration was interrupted; it stops what it started");
        }
        catch (DemoFailedException error)
        {
            failure = error.Message;
        }
        finally
        {
            await shown.CancelAsync();
            await following;
        }
        await timeline.ShowNew(_ => true, cancellation);
        IReadOnlyList<LoadRequest> answered = await load.Stop();
        int processes = await demo.ProcessesStarted(cancellation);
        DemoReport report = await new TellDemo(stack).Tell(
            demo.Fault, answered, processes, TimeProvider.System.GetElapsedTime(start), failure, cancellation);
        await File.WriteAllTextAsync(home.DemoReport, JsonSerializer.Serialize(report, Wire.Indented) + "\n", cancellation);
        return DemoEnding.Show(report, home, AnsiConsole.Console);
    }
}
