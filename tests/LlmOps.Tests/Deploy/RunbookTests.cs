using System.CommandLine;
using System.Text.RegularExpressions;
using LlmOps.LocalHost.Cli;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Deploy;

/// <summary>The runbook has a section for each alert, and names only commands that there are.</summary>
public sealed partial class RunbookTests
{
    private const string Runbook = "docs/operate.md";

    [Fact]
    public void Each_alert_links_to_its_section()
    {
        HashSet<string> sections = [.. Heading.Matches(Repository.Text(Runbook)).Select(match => match.Groups[1].Value.ToLowerInvariant())];
        Assert.True(Rules.Alerts.Count > 20);
        foreach (YamlNode alert in Rules.Alerts)
        {
            string name = Rules.Text(alert, "alert")!;
            Assert.EndsWith($"/{Runbook}#{name.ToLowerInvariant()}", Rules.Text(alert, "annotations", "runbook_url"), StringComparison.Ordinal);
            Assert.Contains(name.ToLowerInvariant(), sections);
        }
    }

    [Fact]
    public void Each_section_about_an_alert_has_one()
    {
        HashSet<string> alerts = [.. Rules.Alerts.Select(alert => Rules.Text(alert, "alert")!)];
        Assert.Empty(Heading.Matches(Repository.Text(Runbook)).Select(match => match.Groups[1].Value).Where(heading => !heading.Contains(' ', StringComparison.Ordinal)).Except(alerts));
    }

    [Fact]
    public void Each_command_can_be_given()
    {
        RootCommand root = new();
        foreach (Command command in Commands()) root.Add(command);
        List<string> lines = [.. Spoken.Matches(Repository.Text(Runbook)).Select(match => match.Groups[1].Value.Split('#')[0].Trim())];
        Assert.True(lines.Count > 15);
        Assert.Empty(lines.SelectMany(line => root.Parse(line).Errors.Select(error => $"llmops {line}: {error.Message}")));
        Assert.NotEmpty(root.Parse("get releas tiny-ops").Errors);
    }

    private static IEnumerable<Command> Commands() =>
        [GetCommand.Create(), RollbackCommand.Create(), AuditCommand.Create(), DoctorCommand.Create(), .. OrderCommand.CreateAll()];

    [GeneratedRegex("^#{2,3} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex("(?:`|\\$ )llmops ([^`\\n]+)")]
    private static partial Regex Spoken { get; }
}
