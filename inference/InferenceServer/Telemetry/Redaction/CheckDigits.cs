namespace LlmOps.Inference.Telemetry.Redaction;

/// <summary>The arithmetic that tells a card's or an account's number from any other.</summary>
internal static class CheckDigits
{
    /// <summary>Whether the digits of a text could be a payment card's: 12 to 19 of them, an issuer's first digit, Luhn's check (ISO/IEC 7812).</summary>
    public static bool AreOfCard(string text)
    {
        (int count, int plain, int doubled, char first) = (0, 0, 0, '0');
        foreach (char digit in text.Where(char.IsAsciiDigit))
        {
            if (count++ == 0) first = digit;
            // Which places count double depends on how many follow, so both sums change places with every digit.
            int twice = (digit - '0') * 2;
            (plain, doubled) = (doubled + digit - '0', plain + (twice > 9 ? twice - 9 : twice));
        }
        return count is >= 12 and <= 19 && first is >= '1' and <= '6' && plain % 10 == 0;
    }

    /// <summary>Whether a text is an account's number by its remainder (ISO 13616).</summary>
    public static bool AreOfIban(string text)
    {
        string letters = string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        if (letters.Length is < 15 or > 34) return false;
        long remainder = 0;
        foreach (char letter in letters.AsEnumerable().Skip(4).Concat(letters.Take(4)))
        {
            int value = Convert.ToInt32(char.IsAsciiDigit(letter) ? letter - '0' : letter - 'A' + 10);
            remainder = ((remainder * (value > 9 ? 100 : 10)) + value) % 97;
        }
        return remainder == 1;
    }
}
