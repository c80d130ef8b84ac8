using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Registry.Mlflow;

/// <summary>An answer as MLflow's server gives it: an HTTP status and JSON with MLflow's names.</summary>
public sealed record MlflowAnswer(int Status, string Json)
{
    // int64 as numbers, as MLflow's server writes them (mlflow/utils/proto_json_utils.py), unlike protobuf's own JSON.
    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static MlflowAnswer Of(object body) => new(200, JsonSerializer.Serialize(body, Names));

    public static MlflowAnswer Empty { get; } = new(200, "{}");

    /// <summary>What is asked for is not there.</summary>
    public static MlflowAnswer Missing(string message) => Error(404, "RESOURCE_DOES_NOT_EXIST", message);

    /// <summary>What is asked is not well put.</summary>
    public static MlflowAnswer Invalid(string message) => Error(400, "INVALID_PARAMETER_VALUE", message);

    /// <summary>It is well put but not for callers of this interface to do.</summary>
    public static MlflowAnswer Denied(string message) => Error(403, "PERMISSION_DENIED", message);

    /// <summary>This part of MLflow's interface is not offered.</summary>
    public static MlflowAnswer NotOffered(string message) => Error(404, "ENDPOINT_NOT_FOUND", message);

    private static MlflowAnswer Error(int status, string code, string message) =>
        new(status, JsonSerializer.Serialize(new Failure(code, message), Names));

    private sealed record Failure(string ErrorCode, string Message);
}
