namespace LlmOps.Releases;

public sealed class WakeReleases
{
    public Task Handle(CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class SweepUploads
{
    public Task Handle(CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class ListReleases
{
    public Task<object> Handle(string? model, CancellationToken cancellation) => throw new NotImplementedException();
}

public sealed class GetRelease
{
    public Task<object?> Handle(string model, string version, CancellationToken cancellation) => throw new NotImplementedException();
}
