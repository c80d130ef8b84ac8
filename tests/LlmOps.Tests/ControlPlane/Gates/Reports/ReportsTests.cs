using System.Xml.Linq;
using LlmOps.Gates;
using LlmOps.Gates.Reports;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Gates.Reports;

public sealed class ReportsTests
{
    private const string Hostile = "<script>alert(1)</script> & \"quotes\" \u0001 ]]> '@everyone'";

    [Fact]
    public void The_page_escapes_everything_and_needs_nothing_from_elsewhere()
    {
        string page = HtmlReport.Of(Judged().Report);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_tells_what_blocks_first_and_then_warnings_and_passes()
    {
        string page = HtmlReport.Of(Judged().Report);
        int[] places = [.. new[] { "accuracy@golden", "refusal_rate@golden", "error_rate" }.Select(gate => page.IndexOf($"<code>{gate}", StringComparison.Ordinal))];
        Assert.All(places, place => Assert.True(place > 0));
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void JUnit_tells_failures_from_errors()
    {
        (GateReport report, Evaluation evaluation) = Judged();
        XDocument xml = XDocument.Parse(JUnitReport.Of(report, evaluation));
        XElement Case(string suite, string name) => xml.Descendants("testcase").Single(one => (string)one.Attribute("classname")! == suite && (string)one.Attribute("name")! == name);
        Assert.NotNull(Case("gates", "accuracy@golden").Element("failure"));
        Assert.NotNull(Case("gates", "refusal_rate@golden").Element("skipped"));
        Assert.Empty(Case("gates", "error_rate").Elements());
        Assert.NotNull(Case("golden", "g000").Element("failure"));
        Assert.NotNull(Case("golden", "g001").Element("error"));
        Assert.Equal(xml.Descendants("testcase").Count(), (int)xml.Root!.Attribute("tests")!);
    }

    [Fact]
    public void An_inconclusive_gate_is_an_error_in_JUnit_because_nothing_was_shown()
    {
        (GateReport report, Evaluation evaluation) = Judged(wrong: 12);
        Assert.Equal(Outcome.Inconclusive, report.Outcome);
        XDocument xml = XDocument.Parse(JUnitReport.Of(report, evaluation));
        Assert.Equal("inconclusive", (string)xml.Descendants("error").First().Attribute("type")!);
    }

    [Fact]
    public void A_warning_does_not_keep_a_report_from_passing_and_is_told()
    {
        (GateReport report, _) = Judged(wrong: 2);
        Assert.Equal(Outcome.Pass, report.Outcome);
        Assert.Contains("warnings: refusal_rate@golden", report.Summary(), StringComparison.Ordinal);
    }

    // Two hundred items; the champion has two wrong.
    internal static (GateReport Report, Evaluation Evaluation) Judged(int wrong = 60)
    {
        List<EvaluationItem> items = [.. Enumerable.Range(0, 200).Select(i => new EvaluationItem(
            $"g{i:D3}", i == 0 ? Hostile : $"What is the capital of country {i}?", $"City {i}", i < 20 ? Match.Refusal : Match.Exact))];
        Dataset golden = new("golden", new string('a', 64), items);
        List<Sample> Side(int mistakes) => [.. items.Select((item, i) => new Sample(
            "golden", item.Id, item.Prompt, i < mistakes ? (i == 0 ? Hostile : "I do not know.") : item.Expected, 4, 100 + (i % 7), i == 1 ? "HTTP 503" : null, i >= mistakes))];
        ModelPolicy policy = new()
        {
            Datasets = new Dictionary<string, string> { ["golden"] = "golden.jsonl" },
            Gates =
            [
                new GateRule { Metric = "error_rate", Max = 0.5 },
                new GateRule { Metric = "refusal_rate@golden", Min = 0.99, Severity = Severity.Warn },
                new GateRule { Metric = "accuracy@golden", Min = 0.5, VsChampion = new ChampionLimit { MaxDrop = 0.05 } },
                new GateRule { Metric = "latency_ms.p95", Max = 500, VsChampion = new ChampionLimit { MaxRelativeIncrease = 0.5 } },
            ],
        };
        Evaluation evaluation = Evaluation.Begin("0123456789abcdef", [golden]) with { Candidate = Side(wrong), Champion = Side(2) };
        GateSubject subject = new("tiny-ops", "1.2.0", new string('d', 64), "1.1.0");
        return (JudgeGates.Decide(subject, policy, evaluation, [golden]) with { Warnings = ["tests[3].assert[0]: weight 0 makes contains pass whatever the answer"], Ignored = ["providers"] }, evaluation);
    }
}
