using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Reviews;

/// <summary>Judges, purely, what a change makes of the quarantine: who lifts one must say so.</summary>
public static class JudgeQuarantine
{
    /// <summary>The line of a pull request's text that lifts a digest's quarantine.</summary>
    public const string Line = "Lifts-Quarantine:";

    public static IReadOnlyList<Finding> Decide(string? before, string? after, string text)
    {
        IReadOnlySet<string> digests;
        try
        {
            digests = QuarantineManifest.Read(after);
        }
        catch (ManifestException error)
        {
            return [Finding.Wrong($"`{Slots.QuarantinePath}` cannot be read: {MarkdownText.Inline(error.Message, 500)}")];
        }
        HashSet<string> said = [.. text.Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith(Line, StringComparison.Ordinal)).Select(line => line[Line.Length..].Trim())];
        return [.. Before(before).Except(digests).Order(StringComparer.Ordinal).Select(lifted => said.Contains(lifted)
            ? Finding.Ask($"lifts the quarantine of `{MarkdownText.Inline(lifted)}`, and says so")
            : Finding.Wrong($"lifts the quarantine of `{MarkdownText.Inline(lifted)}` without saying so: write the line `{Line} {MarkdownText.Inline(lifted)}` into the pull request's text"))];
    }

    // What could not be read kept every release from its traffic: nothing is lifted by mending it.
    private static IEnumerable<string> Before(string? text)
    {
        try
        {
            return text is null ? [] : QuarantineManifest.Read(text);
        }
        catch (ManifestException)
        {
            return [];
        }
    }
}
