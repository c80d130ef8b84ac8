using System.Globalization;
using LlmOps.Gates;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>A gate report on a terminal: the gates, failed ones first, and some of the items that the candidate lost.</summary>
internal static class GateReportView
{
    private const int Examples = 5;

    public static void Show(GateReport report, IAnsiConsole console)
    {
        Table gates = new Table().Border(TableBorder.Simple).AddColumns("GATE", "VERDICT", "CANDIDATE", report.Champion is { } champion ? $"CHAMPION {champion}" : "CHAMPION", "WHY");
        foreach (GateVerdict gate in report.Gates.OrderBy(gate => gate.Outcome == Outcome.Pass))
        {
            gates.AddRow(
                Markup.Escape(gate.Metric), gate.Outcome == Outcome.Pass ? "[green]Pass[/]" : $"[red]{gate.Outcome}[/]",
                Number(gate.Candidate), Number(gate.Champion), Markup.Escape(Lines(gate.Text)));
        }
        console.Write(gates);
        List<FailedItem> lost = [.. report.FailedItems.Where(item => item.ChampionRight)];
        if (lost.Count == 0)
        {
            return;
        }
        Table items = new Table().Border(TableBorder.Simple).AddColumns("ITEM", "ASKED", $"{report.Version} SAYS", "THE CHAMPION SAYS");
        foreach (FailedItem item in lost.Take(Examples))
        {
            items.AddRow(new Text(item.Item), new Text(Flat(item.Prompt)), new Text(Flat(item.Candidate)), new Text(Flat(item.Champion ?? "")));
        }
        console.MarkupLineInterpolated($"  {lost.Count} of {report.Items} items that the champion gets right are wrong, among them:");
        console.Write(items);
    }

    // One miss a line: `… below the champion's 0.96; allowed is 0.02` is one.
    private static string Lines(string misses) => misses
        .Replace("; allowed", ", allowed", StringComparison.Ordinal).Replace("; ", "\n", StringComparison.Ordinal);

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "–";

    // What a model says may hold anything; on a terminal it is text and nothing else.
    private static string Flat(string text)
    {
        string flat = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return flat.Length > 80 ? flat[..80] + "…" : flat;
    }
}
