using LlmOps.Tests.ControlPlane;
using LlmOps.Tests.Interop;
using LlmOps.Tests.LocalHost.Cluster;
using LlmOps.Tests.LocalHost.Monitoring;
using LlmOps.Tests.Stories;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("LlmOps.Tests.LongestFirst", "LlmOps.Tests")]

namespace LlmOps.Tests;

/// <summary>What takes longest begins first, so that nothing is waited for at the end: waits beside work, and the crashes after the alerts.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        .. new[]
        {
            typeof(AlertTests), typeof(CrashInPartsTests), typeof(FaultTests), typeof(LifetimeTests), typeof(CrashTests), typeof(ChurnTests),
            typeof(CrashSafetyTests), typeof(EventOrderTests), typeof(ChatTemplatesEqualTheOracle), typeof(TokenizersEqualTheOracle),
        }.Select(type => type.FullName!),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Rank(collection.DisplayName));

    private static int Rank(string name) =>
        Array.FindIndex(Longest, one => name.EndsWith(one, StringComparison.Ordinal)) is >= 0 and var rank ? rank : Longest.Length;
}
