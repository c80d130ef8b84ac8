using System.Text.RegularExpressions;

namespace LlmOps.Inference.Telemetry.Redaction;

/// <summary>Hides what must not stand in a log in texts of people and of models.</summary>
internal static class RedactText
{
    /// <summary>Most characters of a text that are logged.</summary>
    public const int Most = 32_768;

    // What is cut off is looked at as far as something hidden could reach into it.
    private const int Beyond = 4096;

    /// <summary>The text without what has the form of a secret or of personal text, cut to <see cref="Most"/> characters.</summary>
    public static string From(string text)
    {
        string seen = text.Length > Most ? text[..Math.Min(text.Length, Most + Beyond)] : text;
        try
        {
            foreach (Form form in SecretForms.All) seen = form.Hide(seen);
            foreach (Form form in PersonalForms.All) seen = form.Hide(seen);
        }
        catch (RegexMatchTimeoutException)
        {
            return $"[{text.Length} characters that took too long to redact]";
        }
        if (text.Length <= Most) return seen;
        return $"{seen[..Math.Clamp(seen.Length - Beyond, 0, Most)]}… ({text.Length} characters)";
    }
}
