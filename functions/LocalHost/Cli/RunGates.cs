using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Gates;
using LlmOps.Gates.Reports;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Ports;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>Asks every item of a gate file of one endpoint or two, judges, and writes the reports.</summary>
internal static class RunGates
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(5);

    public static async Task<int> Run(
        FileInfo file, Uri endpoint, Uri? champion, string? model, DirectoryInfo? output, CancellationToken cancellation)
    {
        (ModelPolicy policy, TestSuite suite) = await GateCommand.ReadGateFile(file);
        GateCommand.Notes(suite);
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(120) };
        model ??= await FirstModel(http, endpoint, cancellation);
        InferenceClient client = new(http, TimeProvider.System);
        AskInTurn ask = new(new AskOnce(client, new GradeAnswer(client)), new ReadPeakMemory(http), TimeProvider.System);
        string revision = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(file.FullName, cancellation))));
        Sides sides = new(model, new Side(endpoint), champion is null ? null : new Side(champion));
        Evaluation evaluation = Evaluation.Begin(revision, suite.Datasets);
        Questions questions = Questions.Of(suite.Datasets, policy);
        int total = questions.Count;
        while (evaluation.Candidate.Count < total)
        {
            evaluation = (await ask.Continue(evaluation, questions, sides, Slice, cancellation)).Evaluation;
            Console.Error.WriteLine($"► asked {evaluation.Candidate.Count} of {total}");
        }
        GateSubject subject = new(model, endpoint.Authority, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(endpoint.ToString()))), champion?.Authority);
        GateReport report = JudgeGates.Decide(subject, policy, evaluation, suite.Datasets) with { Warnings = suite.Warnings, Ignored = suite.Ignored };
        await Write(output, report, evaluation, cancellation);
        Show(report);
        return report.Outcome switch { Outcome.Pass => ExitCodes.Ok, Outcome.Fail => ExitCodes.Failed, _ => ExitCodes.Pending };
    }

    private static async Task<string> FirstModel(HttpClient http, Uri endpoint, CancellationToken cancellation)
    {
        using JsonDocument models = JsonDocument.Parse(await http.GetStringAsync(new Uri(endpoint, "/v1/models"), cancellation));
        return models.RootElement.GetProperty("data") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
            ? list[0].GetProperty("id").GetString()!
            : throw new InvalidOperationException($"{endpoint} lists no models; name one by --model");
    }

    private static async Task Write(DirectoryInfo? output, GateReport report, Evaluation evaluation, CancellationToken cancellation)
    {
        if (output is null)
        {
            return;
        }
        output.Create();
        (string Name, string Text)[] files =
        [
            ("gates.json", JsonSerializer.Serialize(report, Wire.Indented)), ("samples.json", JsonSerializer.Serialize(evaluation, Wire.Indented)),
            ("junit.xml", JUnitReport.Of(report, evaluation)), ("report.md", report.ToMarkdown()), ("report.html", HtmlReport.Of(report)),
        ];
        foreach ((string name, string text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(output.FullName, name), text, cancellation);
        }
    }

    private static void Show(GateReport report)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("GATE", "VERDICT", "CANDIDATE", "CHAMPION");
        foreach (GateVerdict gate in report.Gates.OrderBy(gate => gate.Outcome == Outcome.Pass))
        {
            string color = gate.Outcome switch { Outcome.Pass => "green", Outcome.Fail => "red", _ => "yellow" };
            table.AddRow(
                Markup.Escape(gate.Metric), $"[{color}]{gate.Outcome}[/]{(gate.Severity == Severity.Warn ? " (warns)" : "")}",
                Number(gate.Candidate), Number(gate.Champion));
        }
        AnsiConsole.Write(table);
        foreach (GateVerdict gate in report.Gates.Where(gate => gate.Outcome != Outcome.Pass))
        {
            Console.WriteLine($"{gate.Metric}: {gate.Text}");
        }
        Console.WriteLine($"{report.Outcome}: {report.Gates.Count(gate => gate.Outcome == Outcome.Pass)} of {report.Gates.Count} gates passed on {report.Items} items");
    }

    private static string Number(double? value) => value?.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) ?? "–";
}
