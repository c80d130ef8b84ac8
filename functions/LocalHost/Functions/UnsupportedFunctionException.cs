namespace LlmOps.LocalHost.Functions;

/// <summary>Functions ask for what the embedded host does not have; the message lists every such thing.</summary>
internal sealed class UnsupportedFunctionException(IReadOnlyList<string> problems)
    : Exception("the embedded host cannot run these functions: " + string.Join("; ", problems));
