using System.Text.RegularExpressions;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Conventions;

public sealed partial class KeyTests
{
    // What begins before a release's first attempt is done once whatever the attempt.
    private const string Exception = "functions/ControlPlane/Releases/RegisterUpload.cs";

    [Fact]
    public void Keys_name_the_attempt_so_that_a_retry_does_everything_anew() => Assert.Empty(
        SourceTree.Code("functions/ControlPlane/").Where(path => path != Exception)
            .SelectMany(path => KeyOfRelease().Matches(File.ReadAllText(Repository.At(path))).Select(match => $"{path}: {match.Value} must begin with Key, not Id")));

    [GeneratedRegex(@"\{(?:release|current|next)\.Id\}/\w*")]
    private static partial Regex KeyOfRelease();
}
