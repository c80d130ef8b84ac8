using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LlmOps.Tests.Contracts;

/// <summary>A fact of a contract. An adapter's class says with <see cref="NeedsAttribute"/> what it takes to run it there.</summary>
[XunitTestCaseDiscoverer("LlmOps.Tests.Contracts.ContractFactDiscoverer", "LlmOps.Tests")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>Finds contract facts; a fact cannot see which class inherits it, a test case can.</summary>
public sealed class ContractFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new ContractTestCase(
            DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

/// <summary>A contract's fact on one adapter, skipped where that adapter lacks what it needs.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the de-serializer")]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.ToRuntimeType().GetCustomAttributes(typeof(NeedsAttribute), inherit: true)
            .Cast<NeedsAttribute>().Select(need => need.Lack).FirstOrDefault(lack => lack is not null)
        ?? base.GetSkipReason(factAttribute);
}
