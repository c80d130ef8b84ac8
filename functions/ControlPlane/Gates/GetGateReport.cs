using System.Text.Json;
using LlmOps.Gates.Reports;
using LlmOps.Ports;

namespace LlmOps.Gates;

/// <summary>A report in one of its forms, with the media type.</summary>
public sealed record WrittenReport(string Text, string MediaType);

/// <summary>Shows a release's gate report.</summary>
public sealed class GetGateReport(EvidenceStore evidence)
{
    /// <summary>The forms that a report has, as they are asked for.</summary>
    public static IReadOnlyList<string> Forms { get; } = ["markdown", "html", "junit", "json"];

    /// <summary>The report as Markdown, or null when the release has none.</summary>
    public async Task<string?> Handle(string model, string version, CancellationToken cancellation) =>
        (await evidence.ReadReport(model, version, cancellation))?.ToMarkdown();

    /// <summary>The report in one of <see cref="Forms"/>, or null when the release has none.</summary>
    public async Task<WrittenReport?> Handle(string model, string version, string form, CancellationToken cancellation)
    {
        if (await evidence.ReadReport(model, version, cancellation) is not { } report)
        {
            return null;
        }
        return form switch
        {
            "markdown" => new WrittenReport(report.ToMarkdown(), "text/markdown"),
            "html" => new WrittenReport(HtmlReport.Of(report), "text/html"),
            "json" => new WrittenReport(JsonSerializer.Serialize(report, Wire.Indented), "application/json"),
            "junit" => await evidence.ReadEvaluation(model, version, cancellation) is var (evaluation, _)
                ? new WrittenReport(JUnitReport.Of(report, evaluation), "application/xml")
                : null,
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, $"a report is {string.Join(", ", Forms)}"),
        };
    }
}
