using System.Globalization;
using LlmOps.Releases;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>Releases as a table for people.</summary>
internal static class ReleaseTable
{
    public static Table Of(IEnumerable<Release> releases)
    {
        IReadOnlyList<Release> shown = [.. releases];
        bool priced = shown.Any(release => release.Cost is not null);
        Table table = new Table().Border(TableBorder.Simple).AddColumns(["RELEASE", "PHASE", "SLOT", "SINCE", "DIGEST", .. priced ? ["COST/1K"] : Array.Empty<string>(), "WHY"]);
        foreach (Release release in shown)
        {
            table.AddRow(
            [
                Markup.Escape(release.Id), Coloured(release.Phase), release.Slot ?? "–",
                release.PhaseSince.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                release.Digest.Length >= 12 ? release.Digest[..12] : "–",
                .. priced ? [Markup.Escape(release.Cost?.Amount() ?? "–")] : Array.Empty<string>(), Markup.Escape(release.Reason ?? ""),
            ]);
        }
        return table;
    }

    private static string Coloured(Phase phase) => ExitCodes.Of(phase) switch
    {
        ExitCodes.Ok => $"[green]{phase}[/]",
        ExitCodes.Failed => $"[red]{phase}[/]",
        _ => $"[blue]{phase}[/]",
    };
}
