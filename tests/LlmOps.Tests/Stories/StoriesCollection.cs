namespace LlmOps.Tests.Stories;

/// <summary>Stories start real programs and measure seconds: they run one after the other, with the machine to themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StoriesCollection
{
    public const string Name = "Stories";
}

/// <summary>Stories that happen on one and the same running stack.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StackStories : ICollectionFixture<StackUnderTest>
{
    public const string Name = "Stories on a stack";
}
