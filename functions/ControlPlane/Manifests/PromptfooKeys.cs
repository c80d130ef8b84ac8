namespace LlmOps.Manifests;

/// <summary>promptfoo's own top-level keys: those that are read as tests, and those that say how promptfoo runs.</summary>
internal static class PromptfooKeys
{
    public static IReadOnlySet<string> Read { get; } = new HashSet<string>(StringComparer.Ordinal) { "prompts", "tests", "defaultTest", "assertionTemplates" };

    /// <summary>They name providers and promptfoo's own output; who is asked is said by the release or on the command line.</summary>
    public static IReadOnlySet<string> Ignored { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "providers", "targets", "env", "evaluateOptions", "outputPath", "sharing", "commandLineOptions", "tags", "metadata", "writeLatestResults", "$schema",
    };
}
