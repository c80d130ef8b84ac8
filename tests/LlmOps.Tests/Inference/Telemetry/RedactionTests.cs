using LlmOps.Gates.Scores;
using LlmOps.Inference.Telemetry.Redaction;

namespace LlmOps.Tests.Inference.Telemetry;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("Write to jane.doe+x@mail.example.co.uk.", "Write to [email].")]
    [InlineData("Mail jürgen@exämple.de now", "Mail [email] now")]
    [InlineData("Card 4111 1111 1111 1111 and PIN", "Card [card] and PIN")]
    [InlineData("Pay with 5500-0000-0000-0004.", "Pay with [card].")]
    [InlineData("Item 12 4111 1111 1111 1111 22", "Item 12 [card] 22")]
    [InlineData("Pay to GB82 WEST 1234 5698 7654 32 today", "Pay to [iban] today")]
    [InlineData("IBAN DE89370400440532013000.", "IBAN [iban].")]
    [InlineData("Ring +44 20 7946 0958!", "Ring [phone]!")]
    [InlineData("Ring 0049 30 901820", "Ring [phone]")]
    [InlineData("Ring (415) 555-0132", "Ring [phone]")]
    [InlineData("Ring 1-415-555-0132 on 2026-11-21", "Ring [phone] on 2026-11-21")]
    [InlineData("Ring 030 901820 or 0170/1234567", "Ring [phone] or [phone]")]
    [InlineData("Ring (898)666-3621x0135 or (71) 4233-6306", "Ring [phone] or [phone]")]
    [InlineData("my phone number is 788063, fax: 358 0594", "my phone number is [phone], fax: [phone]")]
    [InlineData("SSN 536-90-4399", "SSN [ssn]")]
    [InlineData("from 203.0.113.7 and 2001:db8::8a2e:370:7334 on", "from [ip] and [ip] on")]
    [InlineData("key sk-proj-abcDEF0123456789abcDEF0123", "key [key]")]
    [InlineData("ghp_0123456789abcdefghijABCDEFGHIJ012345", "[key]")]
    [InlineData("AKIAIOSFODNN7EXAMPLE and AIzaSyA0123456789abcdefghijklmnopqrstuv", "[key] and [key]")]
    [InlineData("xoxb-123456789012-abcdefGHIJ", "[key]")]
    [InlineData("AccountName=x;AccountKey=bm90YXJlYWxrZXlub3RhcmVhbGtleW5vdGFyZWFsa2V5MTI=;", "AccountName=x;[key];")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "[token]")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: [credential]")]
    [InlineData("curl -H 'authorization: Basic dXNlcjpwYXNz' x", "curl -H 'authorization: [credential]' x")]
    [InlineData("{\"Authorization\": \"opaque\"}", "{\"Authorization\": \"[credential]\"}")]
    [InlineData("use bearer 0123456789abcdef0123", "use bearer [credential]")]
    [InlineData("postgres://app:hunter2@db.example/x", "postgres://[credential]@db.example/x")]
    [InlineData("redis://:hunter2@cache.example/0", "redis://[credential]@cache.example/0")]
    [InlineData("password: hunter2, then", "password: [password], then")]
    [InlineData("password=\"correct horse battery\" on", "password=\"[password]\" on")]
    [InlineData("DB_PASSWORD=hunter, dbPassword: 'two'", "DB_PASSWORD=[password], dbPassword: '[password]'")]
    [InlineData("{\\\"password\\\": \\\"hunter two\\\"}", "{\\\"password\\\": \\\"[password]\"}")]
    [InlineData("\"SecretAccessKey\": \"wJalrXUtnFEMI/K7MDENG\", \"SessionToken\": \"IQoJb3JpZ2lu2\"", "\"SecretAccessKey\": \"[key]\", \"SessionToken\": \"[key]\"")]
    [InlineData("API_KEY=\"a1b2c3d4e5\"", "API_KEY=\"[key]\"")]
    [InlineData("HF_TOKEN=abcdefg12345", "HF_TOKEN=[key]")]
    [InlineData("client_secret=kVbTnWQzRpLmHgFdScJwXyNtBr", "client_secret=[key]")]
    [InlineData("api-key: 'qwrtzpsdfghjklyxcvbnmqwrtzpsdfgh'", "api-key: '[key]'")]
    [InlineData("access_token: ZKXWVBTRPLMNHGFDSQCJZKXWVBTRPLMN.", "access_token: [key]")]
    [InlineData("use bearer xQzRkVbTnWpLmHgFdScJ now", "use bearer [credential] now")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nbye", "[private key]\nbye")]
    [InlineData("cut off: -----BEGIN PRIVATE KEY-----\nMIIE", "cut off: [private key]")]
    public void It_is_hidden(string text, string redacted) => Assert.Equal(redacted, RedactText.From(text));

    [Theory]
    [InlineData("The year 2024 had 366 days.")]
    [InlineData("Pi is 3.14159265358979")]
    [InlineData("On 2026-11-21 at 12:30:45, or 21.11.2026, or 2026-11-21T12:30:45Z")]
    [InlineData("Between 1914-1918 and 1939-1945, and 2023-2024-2025")]
    [InlineData("Version 1.2.3.4000, 10.0.401 and 2024.1121.1530; node 22.11.0")]
    [InlineData("Card 4111 1111 1111 1112 fails its check")]
    [InlineData("GB82 WEST 1234 5698 7654 33 fails its check")]
    [InlineData("The order number is 48211907, the invoice 2026-000123")]
    [InlineData("Order 7766554433221100 and ISBN 978-3-16-148410-0")]
    [InlineData("12 345 678 901 bytes, 1 234 567.89 euros")]
    [InlineData("In f(10)(20) of 2026 (2025) the telephone had 12 keys")]
    [InlineData("id 550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("127.0.0.1 is the machine itself, 999.1.1.1 nothing, std::vector neither")]
    [InlineData("at @home and a@b")]
    [InlineData("The bearer of this letter; a bearer internationalization")]
    [InlineData("max_tokens: 12345678, token: word, a secret: ingredients")]
    [InlineData("client_secret: process.env.CLIENT_SECRET, token: CancellationTokenSource.Token")]
    [InlineData("api_key = getUserByIdOrName(configuration), secret: KUBERNETES_SECRET_NAME")]
    [InlineData("refresh_token=YOUR-REFRESH-TOKEN-HERE, token: https://example.org/internationalization")]
    [InlineData("Token: Geschwindigkeitsbegrenzung, secret: Schlüsselübergabezeremonie")]
    [InlineData("sk-short, task-force and disk-0123456789012345678901")]
    [InlineData("https://example.org:8443/path@v2")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    public void It_only_looks_alike(string text) => Assert.Equal(text, RedactText.From(text));

    // The gate and the log are of two programs that share no code; what the one calls personal, the other must not show.
    [Theory]
    [InlineData("jane.doe+x@mail.example.co.uk")]
    [InlineData("GB82 WEST 1234 5698 7654 32")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("378282246310005")]
    [InlineData("536-90-4399")]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::8a2e:370:7334")]
    [InlineData("(415) 555-0132")]
    [InlineData("+44 20 7946 0958")]
    [InlineData("0049 30 901820")]
    [InlineData("91 234 56 78")]
    public void What_the_gate_calls_personal_is_hidden(string personal)
    {
        Assert.NotEmpty(Pii.Find($"It is {personal} here"));
        Assert.DoesNotContain(personal, RedactText.From($"It is {personal} here"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_cut_and_what_reaches_over_the_cut_is_hidden()
    {
        string text = new string('x', RedactText.Most - 10) + " jane.doe@example.org " + new string('y', 100_000);
        string redacted = RedactText.From(text);
        Assert.DoesNotContain("jane", redacted, StringComparison.Ordinal);
        Assert.EndsWith($"… ({text.Length} characters)", redacted, StringComparison.Ordinal);
        Assert.InRange(redacted.Length, 1000, RedactText.Most + 100);
    }
}
