using System.Globalization;
using System.Text;

namespace LlmOps.Tests.Interop;

/// <summary>Texts of all kinds, the same for the same seed: scripts, emoji, code, white space, halves of surrogate pairs, tokens' own names.</summary>
internal static class ManyTexts
{
    // First and last character of blocks whose characters have been there for long.
    private static readonly (int First, int Last)[] Scripts =
    [
        (0x20, 0x7E), (0x20, 0x7E), (0xA1, 0xFF), (0x100, 0x17F), (0x370, 0x3FF), (0x400, 0x4FF), (0x531, 0x556), (0x5D0, 0x5EA), (0x620, 0x669),
        (0x904, 0x939), (0x985, 0x9B9), (0xA05, 0xA39), (0xB85, 0xBB9), (0xE01, 0xE3A), (0xF40, 0xF6C), (0x10D0, 0x10F0), (0x1100, 0x11FF), (0x1200, 0x1248),
        (0x13A0, 0x13F4), (0x1780, 0x17B3), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20B5), (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF),
        (0x2500, 0x257F), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFF5E), (0x10400, 0x1044F), (0x1D400, 0x1D454), (0x1F300, 0x1F5FF),
        (0x1F600, 0x1F64F), (0x20000, 0x2A6D6),
    ];

    private static readonly string[] Pieces =
    [
        " ", "  ", "    ", "\n", "\n\n", "\r\n", "\t", "\t\t", "\u00A0", "\u3000", "\u2028", " \n ", "'s", "'T", "'re", "'LL", "I'm", "don't", "1", "12", "123456789", "3.14", "٤٥",
        "\u0301", "e\u0301", "é", "ﬁ", "Å", "\uD55C\uAE00", "\u1112\u1161\u11AB", "👩‍👩‍👧", "🇬🇷", "👍🏽", "<s>", "</s>", "<unk>", "<|im_start|>", "<|endoftext|>", "<|begin_of_text|>", "▁", "Ġ", "<0x0A>",
        "\uD800", "\uDC00x", "public static void Main(string[] args)", "def f(x):\n    return x + 1\n", "{\"a\": [1, 2]}", "https://example.com/a?b=c#d", "SELECT * FROM t;", "C:\\temp", "==", "!==", "/**/", "snake_case", "camelCase",
        "The", " the", " quick", "brown", "Übergröße", " naïve", "Привет", " мир", "你好", "世界", "こんにちは", "안녕", "مرحبا", "שלום", "สวัสดี", "नमस्ते", "\0", "\u007F", "\u200B", "\u200D", "\uFE0F",
    ];

    public static IEnumerable<string> Of(int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            StringBuilder text = new();
            int parts = random.Next(1, 12);
            for (int part = 0; part < parts; part++)
            {
                if (random.Next(2) == 0) text.Append(Pieces[random.Next(Pieces.Length)]);
                else Word(random, text);
                if (random.Next(3) == 0) text.Append(' ');
            }
            yield return text.ToString();
        }
    }

    private static void Word(Random random, StringBuilder text)
    {
        (int first, int last) = Scripts[random.Next(Scripts.Length)];
        for (int letters = random.Next(1, 9); letters > 0; letters--)
        {
            Rune rune = new(random.Next(first, last + 1));
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned) text.Append(rune.ToString());
        }
    }
}
