using LlmOps.Inference.Telemetry.Otlp;

namespace LlmOps.Tests.Inference.Telemetry;

public sealed class TraceStateTests
{
    [Theory]
    [InlineData("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")]
    [InlineData("fw529a3039@dt=FfAAAAAA, 0a/b*c_d-e=x y", "fw529a3039@dt=FfAAAAAA,0a/b*c_d-e=x y")]
    [InlineData(" a=1 ,,\tb=2", "a=1,b=2")]
    public void What_the_recommendation_allows_is_passed_on(string header, string? sent = null) => Assert.Equal(sent ?? header, TraceState.Of(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("a")]
    [InlineData("=1")]
    [InlineData("a=")]
    [InlineData("a=1=2")]
    [InlineData("A=1")]
    [InlineData("a b=1")]
    [InlineData("a=ä")]
    [InlineData("a=1\u001b[31m")]
    [InlineData("a=1,a=2")]
    [InlineData("a=1;b=2\n")]
    public void Anything_else_is_dropped(string? header) => Assert.Null(TraceState.Of(header));

    [Fact]
    public void More_than_32_members_or_512_characters_are_dropped()
    {
        string members = string.Join(',', Enumerable.Range(0, 32).Select(i => $"k{i}=v"));
        Assert.Equal(members, TraceState.Of(members));
        Assert.Null(TraceState.Of(members + ",one=more"));
        string longest = $"a={new string('x', 250)},b={new string('y', 256)}";
        Assert.Equal((511, longest), (longest.Length, TraceState.Of(longest)));
        Assert.Null(TraceState.Of(longest + "zz"));
    }
}
