using System.Globalization;
using LlmOps.LocalHost.Cli;
using LlmOps.LocalHost.Stack;
using Spectre.Console;

namespace LlmOps.LocalHost.Demo;

/// <summary>Shows how a demonstration ended: the releases, Git's log and the times of the rollback.</summary>
internal static class DemoEnding
{
    /// <summary>Shows the report; the exit code is 0 only when everything went as it should.</summary>
    public static int Show(DemoReport report, Home home, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("RELEASE", "PHASE", "GATES", "STEPS");
        foreach (ReportedRelease release in report.Releases)
        {
            table.AddRow(
                $"{release.Model}@{release.Version}", release.Phase.ToString(),
                $"{release.Gates.Count(gate => gate.Outcome == Gates.Outcome.Pass)}/{release.Gates.Count} passed",
                string.Join(" → ", release.Steps.Select(step => $"{step.Percent} %")));
        }
        console.WriteLine();
        console.Write(table);
        console.MarkupLine("[bold]git log of the GitOps repository[/]");
        foreach (string line in report.Git.Log)
        {
            console.MarkupLineInterpolated($"  {line}");
        }
        console.WriteLine();
        ShowRollback(report.Rollback, console);
        Console.WriteLine($"traffic  {report.Traffic.Requests} requests, {report.Traffic.Failed} failed, {report.Traffic.FailedOutsideFault} of them outside the fault");
        Console.WriteLine($"took     {report.DurationSeconds.ToString(CultureInfo.InvariantCulture)} s");
        Console.WriteLine($"report   {home.DemoReport}");
        string? failure = report.Failure
            ?? (report.Rollback is null ? "the rollback is not whole in the audit log" : null)
            ?? (report.Traffic.FailedOutsideFault > 0 ? "requests failed outside the fault" : null);
        if (failure is not null)
        {
            return Asked.Fail($"the demonstration failed: {failure}");
        }
        return ExitCodes.Ok;
    }

    private static void ShowRollback(ReportedRollback? rollback, IAnsiConsole console)
    {
        if (rollback is null)
        {
            return;
        }
        static string Time(DateTimeOffset at) => at.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        console.MarkupLine("[bold]the rollback[/]");
        console.MarkupLineInterpolated($"  fault               {Time(rollback.FaultAt)}");
        console.MarkupLineInterpolated($"  alert began         {Time(rollback.AlertStartsAt)}");
        console.MarkupLineInterpolated($"  alert received      {Time(rollback.AlertReceivedAt)}   {rollback.SecondsToDetect:F1} s after the fault");
        console.MarkupLineInterpolated($"  committed           {Time(rollback.CommitAt)}   {rollback.SecondsToCommit:F2} s after the alert   {rollback.CommitSha[..10]}");
        console.MarkupLineInterpolated($"  reconciled          {Time(rollback.ReconciledAt)}");
        console.MarkupLineInterpolated($"  good answers again  {Time(rollback.FirstGoodResponseAt)}   {rollback.SecondsToRestore:F2} s after the alert, {rollback.ProcessesStarted} servers started");
    }
}
