using System.Text.RegularExpressions;

namespace LlmOps.Inference.Telemetry.Redaction;

/// <summary>What opens a door: private keys, credentials in headers and addresses, API keys and tokens.</summary>
internal static partial class SecretForms
{
    public static readonly Form[] All =
    [
        new(PrivateKey(), "private key"),
        new(Header(), "credential"),
        new(Bearer(), "credential", KeyShape.Fits),
        new(UserInfo(), "credential"),
        new(KnownKey(), "key"),
        new(Jwt(), "token"),
        new(Password(), "password"),
        new(NamedSecret(), "key", KeyShape.Fits),
    ];

    // One without an end is hidden to the end of the text.
    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"(?<keep>\b(?:proxy-)?authorization[""']?[ \t]{0,4}[:=][ \t]{0,4}[""']?)(?:digest[^\r\n]{1,8192}|(?:(?:basic|bearer|negotiate|token|apikey|sharedkey)[ \t]{1,4})?[^\s""',;]{1,8192})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Header();

    [GeneratedRegex(@"(?<keep>\bbearer[ \t]{1,4})[A-Za-z0-9._~+/=-]{16,8192}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"(?<keep>\b[a-z][a-z0-9+.-]{0,20}://)[^\s/:@]{0,256}:[^\s/@]{1,256}(?=@)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex UserInfo();

    // The beginnings that issuers give their keys so that they can be found: OpenAI and Anthropic, GitHub, GitLab, AWS, Google,
    // Slack, Stripe, Hugging Face, npm, SendGrid, Azure (storage keys and signatures).
    [GeneratedRegex(@"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{20,256}|gh[pousr]_[A-Za-z0-9]{30,256}|github_pat_[A-Za-z0-9_]{22,256}|glpat-[A-Za-z0-9_-]{20,128}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|xox[abeoprs]-[A-Za-z0-9-]{10,256}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,256}|hf_[A-Za-z0-9]{30,128}|npm_[A-Za-z0-9]{36}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}|AccountKey=[A-Za-z0-9+/]{40,128}={0,2}|sig=[A-Za-z0-9%+/]{30,256}={0,2})", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex KnownKey();

    [GeneratedRegex(@"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,4096})?", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Jwt();

    [GeneratedRegex(@"(?<keep>(?:password|passwd|passphrase|(?:\b|_)pwd)\\{0,2}[""']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,2}[""']?)(?:(?<="")[^""\r\n]{1,256}|(?<=')[^'\r\n]{1,256}|[^\s""',;]{1,256})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Password();

    [GeneratedRegex(@"(?<keep>(?:\b|_)(?:api[_-]?key|access[_-]?key|secret[_-]?key|secret[_-]?access[_-]?key|(?:access|auth|refresh|id|session)[_-]?token|client[_-]?secret|secret|token)\\{0,2}[""']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,2}[""']?)[^\s""',;]{8,8192}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex NamedSecret();
}
