using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Contracts;

/// <summary>What all facts of a class need. Under CI=true nothing counts as missing, so that they run and fail.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(params Tool[] tools) : Attribute
{
    /// <summary>What is missing, in words, or null.</summary>
    public string? Lack => Tools.FirstMissing(tools);
}
