using System.Text.RegularExpressions;

namespace LlmOps.Kubernetes;

/// <summary>Takes what looks like a credential out of events and log lines: servers print their settings when they fail.</summary>
public static partial class RedactSecrets
{
    private const int MostLetters = 4000;
    private const string Gone = "***";

    /// <summary>The text, cut at 4,000 letters, with each credential replaced by three stars.</summary>
    public static string From(string text)
    {
        string cut = text.Length > MostLetters ? text[..MostLetters] : text;
        cut = PrivateKey().Replace(cut, Gone);
        cut = UserInfo().Replace(cut, $"://{Gone}@");
        cut = Scheme().Replace(cut, $"$1 {Gone}");
        cut = QueryValue().Replace(cut, $"$1{Gone}");
        cut = NamedValue().Replace(cut, $"$1{Gone}");
        return KnownForm().Replace(cut, Gone);
    }

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"://[^/\s@]+@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    // sig is the signature of an Azure SAS, code a key of Azure Functions.
    [GeneratedRegex(@"([?&](?:sig|code|token|key|secret|signature|access_token|X-Amz-Signature|X-Amz-Security-Token)=)[^&\s""']+", RegexOptions.IgnoreCase)]
    private static partial Regex QueryValue();

    // `AccountKey=…`, `HF_TOKEN: …`, `"api_key": "…"`; not `tokens: 128`.
    [GeneratedRegex(@"((?:key|token|secret|password|passwd|pwd|credential)[""']?\s*[=:]\s*[""']?)[^\s""',;&*]{4,}", RegexOptions.IgnoreCase)]
    private static partial Regex NamedValue();

    // JSON web tokens; tokens of GitHub, Hugging Face, OpenAI, AWS and Slack.
    [GeneratedRegex(@"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|hf_\w{20,}|sk-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{10,})")]
    private static partial Regex KnownForm();
}
