namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>A rule that the texts of answers have to follow.</summary>
/// <param name="Key">The same for the same rule, and for no other of this vocabulary.</param>
/// <param name="Begin">Makes what holds one answer to it.</param>
internal sealed record TextRule(string Key, Func<TokenConstraint> Begin);
