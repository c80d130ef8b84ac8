using System.Globalization;
using System.Text;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>An item that the candidate got wrong, and what both sides said.</summary>
public sealed record FailedItem(string Dataset, string Item, string Prompt, string Expected, string Candidate, string? Champion, bool ChampionRight);

/// <summary>The evidence of an evaluation, bound to the digest it was made of: verdicts, numbers and the failed items.</summary>
public sealed record GateReport(
    string Model,
    string Version,
    string Digest,
    string? Champion,
    Outcome Outcome,
    string PolicyRevision,
    int PolicyVersion,
    IReadOnlyDictionary<string, string> Datasets,
    int Items,
    IReadOnlyList<GateVerdict> Gates,
    IReadOnlyList<FailedItem> FailedItems)
{
    /// <summary>What the version's tokens cost, where a price is set.</summary>
    public TokenCost? Cost { get; init; }

    /// <summary>What of the gate file had no effect.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>What of the gate file passes whatever the answer.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Items that were asked more than once and not always answered alike.</summary>
    public IReadOnlyList<FlakyItem> Flaky { get; init; } = [];

    /// <summary>How many of the answers, of both sides, were kept from earlier evaluations of the same digests.</summary>
    public int Cached { get; init; }

    /// <summary>Examples shown in the Markdown; all are in the JSON.</summary>
    private const int Shown = 10;

    /// <summary>The sentence that names the failing gates, or that all passed.</summary>
    public string Summary() => Outcome == Outcome.Pass
        ? $"{Gates.Count(gate => gate.Outcome == Outcome.Pass)} gates passed on {Items} items{Warned()}"
        : string.Join("; ", Gates.Where(gate => gate.Blocks).Select(gate => $"{gate.Metric}: {gate.Text}"));

    /// <summary>The report for people: gates first, then the items that the candidate lost against the champion.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# {Model}@{Version}: {Outcome.ToString().ToUpperInvariant()}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Digest `{Digest}`, against {(Champion is null ? "no champion" : $"champion {Champion}")}, ");
        text.Append(CultureInfo.InvariantCulture, $"{Items} items, gates.yaml version {PolicyVersion} at `{PolicyRevision}`.\n\n");
        text.Append(Cost is null ? "" : $"Cost: {Cost}, as measured with one request at a time.\n\n");
        text.Append("| gate | verdict | candidate | champion | why |\n| --- | --- | ---: | ---: | --- |\n");
        foreach (GateVerdict gate in Gates.OrderBy(gate => gate.Outcome == Outcome.Pass))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {gate.Metric} | {gate.Outcome}{(gate.Severity == Severity.Warn ? " (warns only)" : "")} | {Number(gate.Candidate)} | {Number(gate.Champion)} | {gate.Text} |\n");
        }
        List<FailedItem> examples = [.. FailedItems.OrderBy(item => !item.ChampionRight)];
        text.Append(CultureInfo.InvariantCulture, $"\n## Failed items: {FailedItems.Count}, of which the champion got {FailedItems.Count(item => item.ChampionRight)} right\n\n");
        text.Append("| item | asked | expected | candidate | champion |\n| --- | --- | --- | --- | --- |\n");
        foreach (FailedItem item in examples.Take(Shown))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell($"{item.Dataset}/{item.Item}")} | {Cell(item.Prompt)} | {Cell(item.Expected)} | {Cell(item.Candidate)} | {Cell(item.Champion ?? "")} |\n");
        }
        if (Flaky.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Flaky.Count} items are flaky; most of their answers decided: ");
            text.AppendJoin(", ", Flaky.Take(Shown).Select(item => Cell($"{item.Dataset}/{item.Item} {item.Right} of {item.Runs}")));
            text.Append(Flaky.Count > Shown ? ", …\n" : "\n");
        }
        if (Cached > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Cached} answers are kept from earlier evaluations of the same digests.\n");
        }
        foreach (string note in Warnings.Concat(Ignored.Select(key => $"{key} has no effect here")))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {Cell(note)}");
        }
        return text.ToString();
    }

    private string Warned() => Gates.Any(gate => gate.Outcome != Outcome.Pass)
        ? $"; warnings: {string.Join("; ", Gates.Where(gate => gate.Outcome != Outcome.Pass).Select(gate => $"{gate.Metric}: {gate.Text}"))}"
        : "";

    private static string Number(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "–";

    // What a model says is never markup: it is cut, flattened and escaped.
    private static string Cell(string text) => MarkdownText.Inline(text);
}
