using LlmOps.Ports;
using LlmOps.Reviews;

namespace LlmOps.Tests.ControlPlane.Reviews;

public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(500_000)]
    public void A_summary_never_exceeds_the_limit(int characters)
    {
        string line = new string('x', 99) + "\n";
        string markdown = string.Concat(Enumerable.Repeat(line, (characters / 100) + 1))[..characters];
        string cut = ReviewText.Fit(markdown, new Uri("https://llmops.example/report"));
        Assert.InRange(cut.Length, 1, ReviewRules.MostSummary);
        Assert.Equal(characters > ReviewRules.MostSummary, cut.EndsWith("… cut: [the whole report](https://llmops.example/report)\n", StringComparison.Ordinal));
        if (characters > ReviewRules.MostSummary)
        {
            Assert.All(cut.Split('\n').TakeWhile(text => text.Length > 0), text => Assert.Equal(99, text.Length));
        }
    }

    [Fact]
    public void A_cut_closes_the_code_that_it_leaves_open()
    {
        string cut = MarkdownText.Cut("text\n```yaml\n" + new string('a', 50) + "\n" + new string('b', 50) + "\n```\n", 90, "cut");
        Assert.Equal("text\n```yaml\n" + new string('a', 50) + "\n```\n\ncut\n", cut);
    }

    [Fact]
    public void A_cut_splits_no_character()
    {
        string text = string.Concat(Enumerable.Repeat("🚀", 100));
        for (int most = 20; most < 60; most++)
        {
            string cut = MarkdownText.Cut(text, most, "cut");
            Assert.InRange(cut.Length, 1, most);
            Assert.DoesNotContain('\ufffd', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(cut)));
        }
    }

    [Fact]
    public void A_text_from_elsewhere_is_no_markup() => Assert.Equal(
        "\\<img\\> \\[a\\](b) \\@\u200bteam \\#\u200b1 http\\://x www\\.x \\`c\\` \\|", MarkdownText.Inline("<img> [a](b) @team\n#1 http://x www.x `c` |"));
}
