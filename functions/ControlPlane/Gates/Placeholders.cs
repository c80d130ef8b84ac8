namespace LlmOps.Gates;

public sealed class GetGateReport
{
    public Task<string?> Handle(string model, string version, CancellationToken cancellation) => throw new NotImplementedException();
}
