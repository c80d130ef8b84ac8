namespace LlmOps.Ports;

/// <summary>The blobs whose function failed too often, as the host has noted them. A host that notes none offers no such port.</summary>
public interface IFailedBlobs
{
    /// <summary>The next of them, hidden from others for a while; none is forgotten by that.</summary>
    Task<IReadOnlyList<FailedBlob>> Take(int most, CancellationToken cancellation);

    /// <summary>Forgets one that was taken; when it has come up again meanwhile, nothing changes.</summary>
    Task Remove(FailedBlob failed, CancellationToken cancellation);
}

/// <summary>A note of a blob: by what it is removed, and what it says.</summary>
public sealed record FailedBlob(string Receipt, string Note);
