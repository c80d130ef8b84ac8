namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>The names of the forms of a model's weights.</summary>
internal static class Precisions
{
    public const string Int4 = "int4";
    public const string Fp32 = "fp32";

    public static readonly string[] All = [Int4, Fp32];
}
