using LlmOps.Ports;

namespace LlmOps.Manifests;

/// <summary>A change's pull request that may be open still, and the judgement that its check was last ordered to show.</summary>
public sealed record OpenProposal(int Number, string Key, string? Shown = null);

/// <summary>The pull requests that the release loop has opened for each model.</summary>
public sealed class OpenProposals(IBlobs blobs)
{
    public async Task<IReadOnlyList<OpenProposal>> Of(string model, CancellationToken cancellation) =>
        (await blobs.ReadJson<List<OpenProposal>>(Containers.State, Name(model), cancellation))?.Value ?? [];

    /// <summary>Notes one; whoever is noted already stays as noted.</summary>
    public Task Add(string model, OpenProposal proposal, CancellationToken cancellation) =>
        Change(model, known => known.Exists(one => one.Number == proposal.Number) ? known : [.. known, proposal], cancellation);

    public Task Remove(string model, int number, CancellationToken cancellation) =>
        Change(model, known => known.FindAll(one => one.Number != number), cancellation);

    /// <summary>Notes the judgement that one's check was ordered to show.</summary>
    public Task Show(string model, int number, string judgement, CancellationToken cancellation) =>
        Change(model, known => known.ConvertAll(one => one.Number == number ? one with { Shown = judgement } : one), cancellation);

    private async Task Change(string model, Func<List<OpenProposal>, List<OpenProposal>> change, CancellationToken cancellation)
    {
        while (true)
        {
            (List<OpenProposal> Value, string ETag)? read = await blobs.ReadJson<List<OpenProposal>>(Containers.State, Name(model), cancellation);
            List<OpenProposal> known = read?.Value ?? [];
            List<OpenProposal> next = change(known);
            PutCondition condition = read is { } there ? PutCondition.IfUnchanged(there.ETag) : PutCondition.IfAbsent;
            if (next.SequenceEqual(known) || (await blobs.PutJson(Containers.State, Name(model), next, condition, cancellation)).Written)
            {
                return;
            }
        }
    }

    private static string Name(string model) => $"proposals/{model}.json";
}
