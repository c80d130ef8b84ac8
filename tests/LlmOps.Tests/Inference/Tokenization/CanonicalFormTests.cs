using LlmOps.Inference.Tokenization.Normalization;

namespace LlmOps.Tests.Inference.Tokenization;

public sealed class CanonicalFormTests
{
    // From UAX #15, figures 3 to 6, and its section on Hangul.
    [Theory]
    [InlineData("abc é", "abc é", "abc e\u0301")]
    [InlineData("\u212B\u2126", "\u00C5\u03A9", "A\u030A\u03A9")]
    [InlineData("\u1E69", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307", "d\u0323\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307", "q\u0323\u0307")]
    [InlineData("\uFB01²", "\uFB01²", "\uFB01²")]
    [InlineData("\uD4DB", "\uD4DB", "\u1111\u1171\u11B6")]
    [InlineData("\u1111\u1171\u11B6", "\uD4DB", "\u1111\u1171\u11B6")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [InlineData("a\u0315\u0300\u05AE\u0062", "\u00E0\u05AE\u0315b", "a\u05AE\u0300\u0315b")]
    public void Forms_are_those_of_the_standard(string text, string composed, string decomposed)
    {
        Assert.Equal(composed, CanonicalForm.C(text));
        Assert.Equal(decomposed, CanonicalForm.D(text));
        Assert.Equal(composed, CanonicalForm.C(decomposed));
        Assert.Equal(decomposed, CanonicalForm.D(composed));
    }
}
