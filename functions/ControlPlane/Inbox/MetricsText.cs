using System.Globalization;
using System.Text;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>Writes the control plane's state in Prometheus' text format.</summary>
internal static class MetricsText
{
    /// <summary>One series a release that is not at its end or leaves something to do, and the counts.</summary>
    public static string Of(IReadOnlyList<Release> releases, IReadOnlyDictionary<string, int> deadLetters, bool gitAnswers)
    {
        List<Release> open = [.. releases.Where(release => IsOpen(release, releases))];
        StringBuilder text = new();
        Family(text, "llmops_release_phase_since_seconds", "When a release came to the phase in which it is, in seconds since 1970.");
        foreach (Release release in open)
        {
            Sample(text, "llmops_release_phase_since_seconds", $"{Labels(release)},phase=\"{release.Phase}\"", release.PhaseSince.ToUnixTimeSeconds());
        }
        Family(text, "llmops_release_owes_git", "1 for a release whose rollback stands in the cluster and not in Git.");
        foreach (Release release in open)
        {
            Sample(text, "llmops_release_owes_git", Labels(release), release.Owed is null ? 0 : 1);
        }
        Family(text, "llmops_dead_letters", "Messages of a queue that failed too often; more than 100 are not counted.");
        foreach ((string queue, int count) in deadLetters)
        {
            Sample(text, "llmops_dead_letters", $"queue=\"{queue}\"", count);
        }
        Family(text, "llmops_git_up", "1 while the GitOps repository answers.");
        text.Append("llmops_git_up ").Append(gitAnswers ? 1 : 0);
        return text.ToString();
    }

    // A release that stalled concerns nobody any more once a later one of its model had traffic.
    private static bool IsOpen(Release release, IReadOnlyList<Release> all) => release.Phase switch
    {
        Phase.Stalled => !all.Any(later => later.Model == release.Model && later.UploadedAt > release.UploadedAt && later.TrafficSince is not null),
        Phase.RolledBack => !release.Closed || release.Owed is not null,
        _ => !release.Phase.IsEnd(),
    };

    private static void Family(StringBuilder text, string name, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" gauge\n");

    private static void Sample(StringBuilder text, string name, string labels, long value) =>
        text.Append(name).Append('{').Append(labels).Append("} ").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    // Names of models and versions hold nothing that would have to be escaped.
    private static string Labels(Release release) => $"model=\"{release.Model}\",version=\"{release.Version}\"";
}
