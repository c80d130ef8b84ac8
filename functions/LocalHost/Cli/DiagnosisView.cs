using LlmOps.Doctor;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>A diagnosis on a terminal: the stages in order, under each what harms it, and the sum.</summary>
internal static class DiagnosisView
{
    public static void Show(Diagnosis diagnosis, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("STAGE", "BEST", "WORST", "WHERE", "WHAT");
        foreach (RollbackStage stage in Enum.GetValues<RollbackStage>())
        {
            StageTime? time = diagnosis.Stages.FirstOrDefault(known => known.Stage == stage);
            table.AddRow(
                new Text(stage.ToString()), Seconds(time?.BestSeconds), Seconds(time?.WorstSeconds), new Text(""), new Text(time?.Of ?? "not known"));
            foreach (Finding finding in diagnosis.Findings.Where(finding => finding.Stage == stage))
            {
                table.AddRow(
                    Coloured(finding.Concern), new Text(""), finding.Seconds > 0 ? Seconds(finding.Seconds) : new Text(""),
                    new Text(finding.Line > 0 ? $"{finding.File}:{finding.Line}" : finding.File), new Text($"{finding.Setting}: {finding.Value}\n{finding.Why}\n→ {finding.Instead}"));
            }
        }
        console.Write(table);
        double detect = diagnosis.Stages.Where(time => time.Stage == RollbackStage.Detect).Sum(time => time.WorstSeconds);
        console.MarkupLineInterpolated(
            $"Fault to traffic back: best {diagnosis.BestSeconds:0.#} s, worst {diagnosis.WorstSeconds:0.#} s; from the alert on: worst {diagnosis.WorstSeconds - detect:0.#} s.");
        string counts = string.Join(", ", diagnosis.Findings.CountBy(finding => finding.Concern).OrderBy(count => count.Key)
            .Select(count => $"{count.Value} {Word(count.Key)}"));
        console.MarkupLineInterpolated($"{(counts.Length == 0 ? "Nothing breaks or slows a rollback." : $"Findings: {counts}.")}");
    }

    private static Text Seconds(double? seconds) => new(seconds is { } known ? FormattableString.Invariant($"{known:0.#} s") : "?");

    private static string Word(Concern concern) => concern switch
    {
        Concern.Breaks => "that break a rollback",
        Concern.Slows => "that slow it",
        _ => "to note",
    };

    private static Markup Coloured(Concern concern) => concern switch
    {
        Concern.Breaks => new Markup("  [red]breaks[/]"),
        Concern.Slows => new Markup("  [yellow]slows[/]"),
        _ => new Markup("  notes"),
    };
}
