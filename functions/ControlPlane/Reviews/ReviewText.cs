using System.Globalization;
using System.Text;
using LlmOps.Gates;
using LlmOps.Ports;

namespace LlmOps.Reviews;

/// <summary>What a check says, as people read it: a title in one line and a summary in Markdown within GitHub's limit.</summary>
public static class ReviewText
{
    /// <summary>The title: the first of what weighs most.</summary>
    public static string Title(IReadOnlyList<Finding> findings)
    {
        Finding[] worst = [.. findings.Where(finding => finding.Weight == Conclude.From(findings))];
        string text = worst.Length == 0 ? "nothing to object to" : worst[0].Text.Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal);
        return PlainText.OneLine(worst.Length > 1 ? $"{text} (and {worst.Length - 1} more)" : text, 250);
    }

    /// <summary>The summary: findings from the worst to the best, what each gate needs, and the report that would have been.</summary>
    public static string Summary(string about, IReadOnlyList<Finding> findings, PolicyChange? change, Uri? details)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# {about}\n\n");
        foreach (Finding finding in findings.OrderByDescending(finding => finding.Weight))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {Mark(finding.Weight)} {finding.Text}\n");
        }
        if (findings.Count == 0)
        {
            text.Append("- ✅ nothing to object to\n");
        }
        if (change is { Needs.Count: > 0 })
        {
            text.Append("\n## What each gate needs\n\n| gate | limits | items | needs |\n| --- | --- | ---: | --- |\n");
            foreach (GateNeed need in change.Needs)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Inline(need.Metric)} | {MarkdownText.Inline(need.Limits, 300)} | {need.Items} | {MarkdownText.Inline(need.Text, 500)} |\n");
            }
        }
        if (change?.WouldHaveSaid is { } report)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## What this change would have said\n\nThe answers are those that {report.Version} gave when it was evaluated; only the limits are new.\n\n");
            text.Append(report.ToMarkdown()).Append('\n');
        }
        return Fit(text.ToString(), details);
    }

    /// <summary>Markdown within a check's limit.</summary>
    public static string Fit(string markdown, Uri? details) =>
        MarkdownText.Cut(markdown, ReviewRules.MostSummary, details is null ? "… cut: the whole report is in the control plane's records" : $"… cut: [the whole report]({details})");

    private static string Mark(Conclusion weight) => weight switch
    {
        Conclusion.Success => "✅",
        Conclusion.Neutral => "ℹ️",
        Conclusion.ActionRequired => "✋",
        _ => "❌",
    };
}
