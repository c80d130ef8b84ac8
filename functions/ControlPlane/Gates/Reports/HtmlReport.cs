using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using LlmOps.Gates.Statistics;
using LlmOps.Manifests;

namespace LlmOps.Gates.Reports;

/// <summary>
/// A gate report as one page that needs nothing else: no script, no resource from elsewhere, and everything that a model or
/// a file said is escaped. What keeps the release from going on stands first.
/// </summary>
public static class HtmlReport
{
    private const int MostItems = 500;
    private const int Opened = 5;

    public static string Of(GateReport report)
    {
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append(Invariant($"<title>{Text($"{report.Model}@{report.Version}")}: {Word(report.Outcome)}</title>\n<style>{HtmlStyle.Sheet}</style>\n</head>\n<body>\n"));
        Head(page, report);
        page.Append("<section>\n<h2>Gates</h2>\n<div class='wide'><table>\n<thead><tr><th>Gate<th>Verdict<th class='n'>Candidate<th class='n'>Champion<th>Difference from the champion<th class='n'>Items</tr></thead>\n<tbody>\n");
        foreach (GateVerdict gate in report.Gates.OrderBy(Urgency))
        {
            Gate(page, gate);
        }
        page.Append("</tbody></table></div>\n<p class='key'>The bar is the difference with its bounds, better to the right; <i class='zero'></i> no difference, <i class='limit'></i> the limit. A pass lies wholly to the right of the limit, a fail wholly to the left.</p>\n</section>\n");
        Items(page, report);
        Notes(page, report);
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Head(StringBuilder page, GateReport report) => page
        .Append(Invariant($"<header class='{report.Outcome}'>\n<p class='verdict'>{Word(report.Outcome)}</p>\n<h1>{Text(report.Model)}<span>@{Text(report.Version)}</span></h1>\n"))
        .Append(Invariant($"<p>{Text(Lead(report))}</p>\n<dl>"))
        .Append(Invariant($"<div><dt>Against</dt><dd>{(report.Champion is { } champion ? Text(champion) : "no champion: absolute limits only")}</dd></div>"))
        .Append(Invariant($"<div><dt>Items asked</dt><dd>{report.Items}</dd></div><div><dt>Wrong</dt><dd>{report.FailedItems.Count}</dd></div>"))
        .Append(Invariant($"<div><dt>Gate file</dt><dd>version {report.PolicyVersion} at <code>{Text(Short(report.PolicyRevision))}</code></dd></div>"))
        .Append(Invariant($"<div><dt>Digest</dt><dd><code title='{Text(report.Digest)}'>{Text(Short(report.Digest))}</code></dd></div></dl>\n</header>\n"));

    private static void Gate(StringBuilder page, GateVerdict gate)
    {
        string warns = gate.Severity == Severity.Warn ? " <small>warns only</small>" : "";
        page.Append(Invariant($"<tr class='{gate.Outcome}'><td><code>{Text(gate.Metric)}</code>{warns}<td><b class='chip {gate.Outcome}'>{Word(gate.Outcome)}</b>"))
            .Append(Invariant($"<td class='n'>{Numbers.Show(gate.Candidate)}{Around(gate.CandidateBounds)}<td class='n'>{Numbers.Show(gate.Champion)}<td>"));
        foreach (Comparison comparison in gate.Comparisons)
        {
            page.Append(Invariant($"<div class='difference'>{IntervalBar.Of(comparison)}<span>{Numbers.Show(comparison.Difference)}{Around(comparison.Interval)}<br><small>{Text(comparison.Limit)} {Numbers.Show(comparison.Allowed)}</small></span></div>"));
        }
        page.Append(Invariant($"<td class='n'>{(gate.Comparisons.Count > 0 ? gate.Comparisons[0].Items.ToString(CultureInfo.InvariantCulture) : "")}</tr>\n"));
        if (gate.Outcome != Outcome.Pass)
        {
            page.Append(Invariant($"<tr class='why {gate.Outcome}'><td colspan='6'>{Text(gate.Text)}</tr>\n"));
        }
    }

    private static void Items(StringBuilder page, GateReport report)
    {
        List<FailedItem> items = [.. report.FailedItems.OrderBy(item => !item.ChampionRight)];
        int lost = items.Count(item => item.ChampionRight);
        page.Append(Invariant($"<section>\n<h2>Wrong answers <small>{items.Count} of {report.Items}{(report.Champion is null ? "" : $"; {lost} that the champion got right come first")}</small></h2>\n"));
        if (items.Count == 0)
        {
            page.Append("<p>None.</p>\n");
        }
        int shown = 0;
        foreach (FailedItem item in items.Take(MostItems))
        {
            page.Append(Invariant($"<details{(shown++ < Opened ? " open" : "")}><summary><code>{Text($"{item.Dataset}/{item.Item}")}</code> {Text(Ports.PlainText.OneLine(item.Prompt, 120))}{(item.ChampionRight ? " <b class='chip lost'>lost</b>" : "")}</summary>\n"))
                .Append(Invariant($"<dl class='answers'><div class='all'><dt>Asked</dt><dd>{Text(item.Prompt)}</dd></div><div class='all'><dt>Expected</dt><dd>{Text(item.Expected)}</dd></div>"))
                .Append(Invariant($"<div class='wrong'><dt>Candidate</dt><dd>{Text(item.Candidate)}</dd></div>"))
                .Append(item.Champion is null ? "" : Invariant($"<div class='{(item.ChampionRight ? "right" : "wrong")}'><dt>Champion</dt><dd>{Text(item.Champion)}</dd></div>"))
                .Append("</dl></details>\n");
        }
        page.Append(items.Count > MostItems ? Invariant($"<p>{items.Count - MostItems} more are in the JSON.</p>\n") : "").Append("</section>\n");
    }

    private static void Notes(StringBuilder page, GateReport report)
    {
        page.Append("<section class='notes'>\n<h2>What this rests on</h2>\n<ul>\n");
        foreach ((string name, string digest) in report.Datasets)
        {
            page.Append(Invariant($"<li>dataset {Text(name)} <code>{Text(digest)}</code></li>\n"));
        }
        foreach (string method in report.Gates.SelectMany(gate => gate.Comparisons).Select(one => $"{one.Interval.Method}, each bound at {1 - one.Interval.Alpha:P1} confidence").Distinct())
        {
            page.Append(Invariant($"<li>{Text(method)}</li>\n"));
        }
        foreach (FlakyItem item in report.Flaky)
        {
            page.Append(Invariant($"<li>flaky: <code>{Text($"{item.Dataset}/{item.Item}")}</code>, {item.Right} of {item.Runs} answers right</li>\n"));
        }
        page.Append(report.Cached > 0 ? Invariant($"<li>{report.Cached} answers are kept from earlier evaluations of the same digests</li>\n") : "");
        foreach (string note in report.Warnings.Concat(report.Ignored.Select(key => $"{key} of the gate file has no effect here")))
        {
            page.Append(Invariant($"<li>{Text(note)}</li>\n"));
        }
        page.Append("</ul>\n</section>\n");
    }

    private static int Urgency(GateVerdict gate) => gate switch
    {
        { Blocks: true, Outcome: Outcome.Fail } => 0,
        { Blocks: true } => 1,
        { Outcome: not Outcome.Pass } => 2,
        _ => 3,
    };

    private static string Around(Interval? interval) => interval is null ? "" : $" <small>[{Numbers.Show(interval.Lower)}, {Numbers.Show(interval.Upper)}]</small>";

    private static string Lead(GateReport report)
    {
        (int Count, string Says)[] parts =
        [
            (report.Gates.Count(gate => gate is { Blocks: true, Outcome: Outcome.Fail }), "failed"),
            (report.Gates.Count(gate => gate is { Blocks: true, Outcome: Outcome.Inconclusive }), "cannot be told from these items"),
            (report.Gates.Count(gate => gate.Outcome != Outcome.Pass && !gate.Blocks), "warned"),
            (report.Gates.Count(gate => gate.Outcome == Outcome.Pass), "passed"),
        ];
        return $"Of {report.Gates.Count} gates {string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.Says}"))}.";
    }

    private static string Word(Outcome outcome) => outcome switch { Outcome.Pass => "Passed", Outcome.Fail => "Failed", _ => "Cannot tell" };

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
