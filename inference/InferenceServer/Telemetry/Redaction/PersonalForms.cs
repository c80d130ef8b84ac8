using System.Net;
using System.Text.RegularExpressions;

namespace LlmOps.Inference.Telemetry.Redaction;

/// <summary>
/// What belongs to a person and has a form: addresses of mail, accounts, cards, US social security numbers, addresses of machines,
/// telephone numbers. A log may well hide too much, so these are wider than a judgement of an answer could be.
/// </summary>
internal static partial class PersonalForms
{
    public static readonly Form[] All =
    [
        new(Email(), "email"),
        new(Iban(), "iban", CheckDigits.AreOfIban) { MayBePart = true },
        new(Card(), "card", CheckDigits.AreOfCard) { MayBePart = true },
        new(SocialSecurity(), "ssn"),
        new(Address(), "ip", IsOfAnother),
        new(NamedPhone(), "phone"),
        new(International(), "phone"),
        new(NorthAmerican(), "phone"),
        new(Parenthesised(), "phone", value => DigitsOf(value) is >= 7 and <= 17),
        new(Trunk(), "phone", value => DigitsOf(value) is >= 9 and <= 12 && !Date().IsMatch(value)),
        new(Grouped(), "phone", value => DigitsOf(value) is >= 8 and <= 12 && !Date().IsMatch(value) && !Years().IsMatch(value) && !Thousands().IsMatch(value)),
    ];

    private static int DigitsOf(string value) => value.Count(char.IsAsciiDigit);

    private static bool IsOfAnother(string value) => IPAddress.TryParse(value, out IPAddress? address) && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);

    [GeneratedRegex(@"(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{2,63}", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Email();

    [GeneratedRegex(@"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Iban();

    [GeneratedRegex(@"(?<![\d.])\d(?:[ -]?\d){11,18}(?!\d)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Card();

    // Neither 000, 666 nor from 900 on was ever given.
    [GeneratedRegex(@"(?<![\d-])(?!000|666|9)\d{3}-\d{2}-\d{4}(?![\d-])", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex SocialSecurity();

    [GeneratedRegex(@"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Address();

    // ITU-T E.164: at most 15 digits after the prefix, which 00 stands for.
    [GeneratedRegex(@"(?<![\w+.])(?:\+|00)[1-9](?:[ ./()-]{0,3}\d){6,14}", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex International();

    [GeneratedRegex(@"(?<![\w.-])(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?!\d)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex NorthAmerican();

    [GeneratedRegex(@"(?<![\w)])\(\d{2,5}\)[ .-]{0,2}\d{2,5}(?:[ .-]\d{2,5}){0,3}(?:x\d{1,5})?(?!\w)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Parenthesised();

    [GeneratedRegex(@"(?<keep>\b(?:telephone|phone|tel|mobile|cell|fax|whatsapp)\b[^\d\n(+]{0,20})[+(]?\d(?:[ ().x-]{0,2}\d){5,16}(?!\w)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex NamedPhone();

    [GeneratedRegex(@"(?<![\w.:+/-])\(?0[1-9]\d{0,4}\)?(?:[ /.-]{1,3}\d{2,8}){1,5}(?!\w)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Trunk();

    [GeneratedRegex(@"(?<![\w.:/-])\d{2,5}(?:[ -]\d{2,5}){2,5}(?![\w:-]|[.,]\d)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^(?:\d{4}[./-]\d\d?[./-]\d\d?|\d\d?[./-]\d\d?[./-]\d{4})(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    [GeneratedRegex(@"^(?:(?:19|20)\d\d[ .-]?)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Years();

    [GeneratedRegex(@"^[1-9]\d{0,2}(?:[ .]\d{3})+$", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();
}
