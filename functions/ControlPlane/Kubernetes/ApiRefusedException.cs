using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Kubernetes;

/// <summary>The Kubernetes API did not do what it was asked; the message says what to change and holds no secret.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Always from a call and its answer.")]
public sealed class ApiRefusedException : Exception
{
    public ApiRefusedException(string message, int status = 0, Exception? cause = null)
        : base(message, cause) => Status = status;

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int Status { get; }

    /// <summary>Whether the object was changed since it was read: read it again.</summary>
    public bool IsConflict => Status == 409;

    public bool IsForbidden => Status == 403;

    /// <summary>The refusal that an answer means; its body is a Status object, or anything that stands before the API server.</summary>
    public static ApiRefusedException Of(ApiCall call, int status, string body) => new(
        status switch
        {
            401 => $"{call}: the API server does not accept the app's identity (401), not with a new token either",
            403 => $"{call}: forbidden (403); its role needs {Rule(call)}, as in control-plane-rbac.yaml",
            _ => $"{call}: {status} {Told(body)}",
        },
        status);

    /// <summary>The rule of a Role that allows a call.</summary>
    public static string Rule(ApiCall call) =>
        $$"""{ apiGroups: ["{{call.Resource.Group}}"], resources: ["{{call.Resource.Plural}}{{(call.Subresource is null ? "" : "/" + call.Subresource)}}"], verbs: ["{{call.Verb}}"] }"""
        + (call.Namespace is null ? " in a ClusterRole" : $" in {call.Namespace}");

    private static string Told(string body)
    {
        try
        {
            JsonElement status = JsonSerializer.Deserialize<JsonElement>(body);
            return PlainText.OneLine(RedactSecrets.From($"{status.Text("reason")}: {status.Text("message")}"));
        }
        catch (JsonException)
        {
            return "without a reason";
        }
    }
}
