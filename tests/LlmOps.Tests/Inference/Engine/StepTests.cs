using LlmOps.Inference.Engine;

namespace LlmOps.Tests.Inference.Engine;

public sealed class StepTests
{
    [Theory]
    [InlineData(10, 0, 0, 10, true)]
    [InlineData(300, 0, 0, 256, false)]
    [InlineData(300, 256, 256, 44, true)]
    [InlineData(11, 10, 10, 1, true)]
    public void Plan_reads_the_prompt_in_chunks_and_then_token_by_token(int length, int cached, int first, int count, bool reachesEnd)
    {
        Assert.Equal(new Step(first, count, reachesEnd), Step.Plan(length, cached, chunk: 256));
    }
}
