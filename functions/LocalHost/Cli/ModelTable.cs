using System.Globalization;
using LlmOps.Ports;
using LlmOps.Registry;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>Models of the registry as tables for people. What people noted is shown as plain text.</summary>
internal static class ModelTable
{
    private const int Digits = 12;

    public static Table Of(IEnumerable<ModelView> models)
    {
        Table table = Plain("MODEL", "VERSIONS", "CHAMPION", "ALIASES");
        foreach (ModelView model in models)
        {
            table.AddRow(
                Text(model.Model), $"{model.Versions.Count}", Text(model.Aliases.GetValueOrDefault(Aliases.Champion, "–")),
                Text(string.Join(", ", model.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal).Select(alias => $"{alias.Key}={alias.Value}"))));
        }
        return table;
    }

    public static void Show(ModelView model, IAnsiConsole console)
    {
        if (model.Description is { } description)
        {
            console.WriteLine(PlainText.OneLine(description));
        }
        if (model.Tags.Count > 0)
        {
            console.WriteLine($"tags: {Joined(model.Tags)}");
        }
        console.Write(Versions(model));
        console.Write(History(model));
    }

    private static Table Versions(ModelView model)
    {
        Table table = Plain("VERSION", "NO", "DIGEST", "REGISTERED", "ALIASES", "GATES", "COMMITS", "FROM AND TAGS");
        foreach (VersionView version in model.Versions)
        {
            Lineage lineage = version.Lineage;
            table.AddRow(
                Text(version.Version), $"{version.Number}", Short(version.Digest), Time(version.RegisteredAt), Text(string.Join(", ", version.Aliases)),
                Text(lineage.Verdict is null ? "–" : $"{lineage.Verdict} {Short(lineage.GateReport ?? "")}"), Text(Commits(lineage)),
                Text(Joined(lineage.Source.Concat(version.Tags))));
        }
        return table;
    }

    private static Table History(ModelView model)
    {
        Table table = Plain("WHEN", "ALIAS", "FROM", "TO", "BY", "WHY", "KEY");
        foreach (AliasMove move in model.History.Where(move => move.From != move.To))
        {
            table.AddRow(Time(move.At), Text(move.Alias), Text(move.From ?? "–"), Text(move.To ?? "–"), Text(move.By), Text(move.Why), Text(move.Key));
        }
        return table;
    }

    private static Table Plain(params string[] columns) => new Table().Border(TableBorder.Simple).AddColumns(columns);

    private static string Commits(Lineage lineage) => string.Join(", ", new[]
    {
        (What: "staged", Sha: lineage.StagedIn), (What: "promoted", Sha: lineage.PromotedIn), (What: "rolled back", Sha: lineage.RolledBackIn),
    }.Where(commit => commit.Sha is not null).Select(commit => $"{commit.What} {Short(commit.Sha!)}"));

    private static string Joined(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join(", ", pairs.Select(pair => $"{pair.Key}={PlainText.OneLine(pair.Value, 60)}"));

    private static string Text(string text) => Markup.Escape(PlainText.OneLine(text));

    private static string Short(string digest) => digest.Length > Digits ? digest[..Digits] : digest;

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
