using LlmOps.Inference.Endpoints.Versions;

namespace LlmOps.Inference.Endpoints;

/// <summary>Binds a request to the version that serves now and names that version, and the slot, in the answer's headers.</summary>
internal static class BindVersion
{
    /// <summary>The version for the request, or null where none is loaded.</summary>
    public static VersionLease? To(HttpContext http, LiveVersion live)
    {
        VersionLease? lease = live.Lease();
        http.Response.Headers["x-llmops-slot"] = live.Slot;
        if (lease is null) return null;
        http.Response.Headers["x-llmops-version"] = lease.Model.Version;
        http.Features.Set(lease.Version);
        return lease;
    }
}
