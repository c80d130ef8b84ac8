using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

public sealed class QuarantineManifestTests
{
    private static readonly QuarantineEntry Entry = new("d2", "tiny-ops@1.1.0", "bad", ManualClock.Start);

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("", "one document")]
    [InlineData("digests:", "list")]
    [InlineData("digests: 5", "list")]
    [InlineData("digests: [a, b]", "digest")]
    [InlineData("digests:\n  - release: x", "'digest' is missing")]
    [InlineData("digests: []\n---\ndigests: []", "one document")]
    [InlineData("other: []", "'digests' is missing")]
    [InlineData("digests: [", "line")]
    public void A_file_that_is_no_list_of_digests_is_an_error(string? text, string problem)
    {
        Assert.Contains(problem, Assert.Throws<ManifestException>(() => QuarantineManifest.Read(text)).Message, StringComparison.Ordinal);
        Assert.Throws<ManifestException>(() => QuarantineManifest.Add(text, Entry));
    }

    [Theory]
    [InlineData("digests: [{ digest: d1 }]")]
    [InlineData("{ digests: [] }")]
    [InlineData("digests:\n  - { digest: d1,\n      release: x\n    }\nkind: Quarantine\n")]
    public void A_list_that_cannot_be_added_to_in_place_is_left_alone(string text) =>
        Assert.Throws<ManifestException>(() => QuarantineManifest.Add(text, Entry));

    [Fact]
    public void A_digest_that_is_there_is_not_added_again()
    {
        string once = QuarantineManifest.Add("digests: []\n", Entry);
        Assert.Equal(once, QuarantineManifest.Add(once, Entry with { Reason = "worse" }));
    }

    [Theory]
    [InlineData("quotes \" and \\ and: colons #not a comment")]
    [InlineData("emoji 😀 and umlauts äöü 日本語")]
    [InlineData("line\nbreak\r\nand\ttab and nul\0")]
    [InlineData("half a pair \ud83d here")]
    [InlineData("next\u0085line \u2028 \u2029 \u202ertl \ufeff")]
    [InlineData("- digest: injected\n    release: x")]
    [InlineData("{{ template }} %YAML &anchor *alias !tag")]
    public void Whatever_an_alert_says_the_file_stays_readable(string reason)
    {
        string text = "digests: []\n";
        for (int i = 0; i < 3; i++)
        {
            text = QuarantineManifest.Add(text, Entry with { Digest = $"d{i}", Reason = reason });
        }
        Assert.Equal(["d0", "d1", "d2"], QuarantineManifest.Read(text).Order());
        Assert.Equal(13, text.Split('\n').Length - 1);
    }
}
