namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>What became of a change: done, or refused with a reason.</summary>
/// <param name="Former">The version that served before and may still be draining.</param>
internal readonly record struct Changed(ServedVersion? Former, ApiError? Error)
{
    public static implicit operator Changed(ApiError error) => new(null, error);
}
