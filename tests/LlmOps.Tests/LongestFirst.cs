using LlmOps.Tests.LocalHost.Cluster;
using LlmOps.Tests.LocalHost.Monitoring;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("LlmOps.Tests.LongestFirst", "LlmOps.Tests")]

namespace LlmOps.Tests;

/// <summary>What waits longest for processes begins first, so that nothing is waited for at the end that others could have run beside.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [.. new[] { typeof(AlertTests), typeof(FaultTests), typeof(LifetimeTests), typeof(ChurnTests) }.Select(type => type.FullName!)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Longest.Any(name => collection.DisplayName.Contains(name, StringComparison.Ordinal)) ? 0 : 1);
}
