using System.Text.RegularExpressions;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Conventions;

public sealed partial class StyleTests
{
    private static readonly string[] Banned = ["Manager", "Helper", "Helpers", "Util", "Utils", "Processor", "Common", "Impl", "Data"];

    [Theory]
    [InlineData(250, "functions/", "inference/")]
    [InlineData(400, "tests/")]
    public void No_file_is_longer_than(int lines, params string[] folders) => Assert.Empty(
        SourceTree.Code(folders).Select(path => (Path: path, Lines: File.ReadLines(Repository.At(path)).Count()))
            .Where(file => file.Lines > lines).Select(file => $"{file.Path} has {file.Lines} lines; at most {lines}"));

    [Fact]
    public void No_type_is_named_with_a_word_that_says_nothing() => Assert.Empty(
        SourceTree.Code("functions/", "inference/", "tests/").SelectMany(path => TypePattern().Matches(File.ReadAllText(Repository.At(path)))
            .Select(match => match.Groups[1].Value)
            .Where(name => WordPattern().Matches(name).Any(word => Banned.Contains(word.Value)))
            .Select(name => $"{path} names a type {name}")));

    [GeneratedRegex(@"^[ \t]*(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref)[ ]+)*(?:class|struct|interface|enum|record(?:[ ]+(?:class|struct))?)[ ]+([A-Za-z_]\w*)", RegexOptions.Multiline)]
    private static partial Regex TypePattern();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|^[a-z0-9]+")]
    private static partial Regex WordPattern();
}
