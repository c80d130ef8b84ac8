using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>
/// The version that one request is answered by, from its beginning to its end. To be held until everything is submitted to the
/// engine; what the engine has taken it answers in any case.
/// </summary>
internal sealed class VersionLease(ServedVersion version) : IDisposable
{
    private int _returned;

    public ServedVersion Version => version;

    public ServedModel Model => version.Model;

    public InferenceEngine Engine => version.Engine;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0) version.Release();
    }
}
