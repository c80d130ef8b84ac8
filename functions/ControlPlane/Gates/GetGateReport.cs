using System.Text.Json;
using LlmOps.Gates.Reports;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>A report in one of its forms, with the media type.</summary>
public sealed record WrittenReport(string Text, string MediaType);

/// <summary>Shows the gate report of a release's newest attempt.</summary>
public sealed class GetGateReport(GetRelease releases, EvidenceStore evidence)
{
    /// <summary>The forms that a report has, as they are asked for.</summary>
    public static IReadOnlyList<string> Forms { get; } = ["markdown", "html", "junit", "json"];

    /// <summary>The report as Markdown, or null when the release has none.</summary>
    public async Task<string?> Handle(string model, string version, CancellationToken cancellation) =>
        await releases.Handle(model, version, cancellation) is { } release
            ? (await evidence.ReadReport(release, cancellation))?.ToMarkdown()
            : null;

    /// <summary>The report in one of <see cref="Forms"/>, or null when the release has none.</summary>
    public async Task<WrittenReport?> Handle(string model, string version, string form, CancellationToken cancellation)
    {
        if (await releases.Handle(model, version, cancellation) is not { } release || await evidence.ReadReport(release, cancellation) is not { } report)
        {
            return null;
        }
        return form switch
        {
            "markdown" => new WrittenReport(report.ToMarkdown(), "text/markdown"),
            "html" => new WrittenReport(HtmlReport.Of(report), "text/html"),
            "json" => new WrittenReport(JsonSerializer.Serialize(report, Wire.Indented), "application/json"),
            "junit" => await evidence.ReadEvaluation(release, cancellation) is var (evaluation, _)
                ? new WrittenReport(JUnitReport.Of(report, evaluation), "application/xml")
                : null,
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, $"a report is {string.Join(", ", Forms)}"),
        };
    }
}
