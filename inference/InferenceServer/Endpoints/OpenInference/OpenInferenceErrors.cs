using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary>Errors in the protocol's shape.</summary>
internal static class OpenInferenceErrors
{
    public static object Of(ApiError error) => new ErrorText(error.Param is null ? error.Message : $"{error.Param}: {error.Message}");
}
