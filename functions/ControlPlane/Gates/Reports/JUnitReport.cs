using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace LlmOps.Gates.Reports;

/// <summary>
/// A gate report as JUnit XML: one suite of gates, one a dataset. A failure is a wrong answer or a failed gate; an error is
/// what could not be told: no answer, no judge, a gate that is inconclusive.
/// </summary>
public static class JUnitReport
{
    public static string Of(GateReport report, Evaluation evaluation)
    {
        List<XElement> suites = [Gates(report), .. Repeats.Collapse(evaluation.Candidate).GroupBy(sample => sample.Dataset).Select(Items)];
        XElement root = new("testsuites", new XAttribute("name", Clean($"{report.Model}@{report.Version}")));
        foreach (string counted in new[] { "tests", "failures", "errors", "skipped" })
        {
            root.Add(new XAttribute(counted, suites.Sum(suite => (int)suite.Attribute(counted)!)));
        }
        root.Add(suites);
        StringBuilder text = new();
        using (XmlWriter writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
        {
            root.Save(writer);
        }
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}\n";
    }

    private static XElement Gates(GateReport report) => Suite("gates", report.Gates.Select(gate => Case("gates", gate.Metric, 0, gate switch
    {
        { Outcome: Outcome.Pass } => null,
        { Severity: Manifests.Severity.Warn } => new XElement("skipped", new XAttribute("message", Clean($"warns only: {gate.Text}"))),
        { Outcome: Outcome.Inconclusive } => Problem("error", "inconclusive", gate.Text, ""),
        _ => Problem("failure", "gate", gate.Text, ""),
    })));

    private static XElement Items(IGrouping<string, Sample> dataset) => Suite(dataset.Key, dataset.Select(sample => Case(
        dataset.Key, sample.Item, sample.LatencyMs / 1000,
        sample.Error is { } error ? Problem("error", "no answer", error, sample.Prompt)
            : !sample.Judged ? Problem("error", "not judged", Reasons(sample), sample.Prompt)
            : sample.Right ? null
            : Problem("failure", "wrong answer", Reasons(sample), $"asked: {sample.Prompt}\nanswered: {sample.Text}"))));

    private static string Reasons(Sample sample) => sample.Checks.Count == 0
        ? "not as expected"
        : string.Join("; ", sample.Checks.Where(check => check.Passed != true).Select(check => $"{check.Type}: {check.Reason}"));

    private static XElement Suite(string name, IEnumerable<XElement> cases)
    {
        List<XElement> all = [.. cases];
        return new XElement(
            "testsuite", new XAttribute("name", Clean(name)), new XAttribute("tests", all.Count),
            new XAttribute("failures", all.Count(one => one.Element("failure") is not null)),
            new XAttribute("errors", all.Count(one => one.Element("error") is not null)),
            new XAttribute("skipped", all.Count(one => one.Element("skipped") is not null)), all);
    }

    private static XElement Case(string suite, string name, double seconds, XElement? problem) => new(
        "testcase", new XAttribute("classname", Clean(suite)), new XAttribute("name", Clean(name)),
        new XAttribute("time", seconds.ToString("0.###", CultureInfo.InvariantCulture)), problem);

    private static XElement Problem(string element, string type, string message, string text) =>
        new(element, new XAttribute("type", type), new XAttribute("message", Clean(message)), Clean(text));

    // XML has no way to write most control characters, nor half a surrogate pair.
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString()));
}
