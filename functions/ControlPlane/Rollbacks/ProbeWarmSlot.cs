using System.Diagnostics.CodeAnalysis;
using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>Asks the version in the other slot what it answered well when it was evaluated last, for a second at most.</summary>
public sealed class ProbeWarmSlot(ICluster cluster, EvidenceStore evidence, InferenceClient client, ControlPlaneOptions options, TimeProvider clock)
{
    private const int Questions = 3;

    /// <summary>How the other slot answers. Bad needs proof: not there, not ready, or wrong on every question that it answered before.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong in asking is no evidence, and none does not block.")]
    public async Task<WarmSlot> Ask(Release release, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(options.ProbeTimeout, clock);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            SlotStatus? status = await cluster.Slot(release.Model, Slots.Other(release.Slot!), deadline.Token);
            if (status is null || status.Version != release.Champion || status.ReadyReplicas == 0)
            {
                return WarmSlot.Bad;
            }
            return await Question(release, status.Endpoint, deadline.Token);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return WarmSlot.Unknown;
        }
    }

    private async Task<WarmSlot> Question(Release release, Uri endpoint, CancellationToken cancellation)
    {
        if (await evidence.ReadEvaluation(release, cancellation) is not var (evaluation, _))
        {
            return WarmSlot.Unknown;
        }
        List<Sample> known = evaluation.Champion.Where(sample => sample.Right).Take(Questions).ToList();
        foreach (Sample sample in known)
        {
            Completion answer = await client.Ask(endpoint, release.Model, sample.Prompt, cancellation);
            if (answer.Error is null && answer.Text == sample.Text)
            {
                return WarmSlot.Good;
            }
        }
        return known.Count == 0 ? WarmSlot.Unknown : WarmSlot.Bad;
    }
}
