using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>The evidence of releases: what was asked, and the reports.</summary>
public sealed class EvidenceStore(IBlobs blobs)
{
    private static string Folder(Release release) => release.Attempt == 1
        ? $"evidence/{release.Model}/{release.Version}/"
        : string.Create(CultureInfo.InvariantCulture, $"evidence/{release.Model}/{release.Version}/attempt-{release.Attempt}/");

    public Task<(Evaluation Value, string ETag)?> ReadEvaluation(Release release, CancellationToken cancellation) =>
        blobs.ReadJson<Evaluation>(Containers.State, Folder(release) + "evaluation.json", cancellation);

    /// <summary>Saves what was asked; a concurrent worker's save wins, and the next look goes on from it.</summary>
    public Task SaveEvaluation(Release release, Evaluation evaluation, string? etag, CancellationToken cancellation) =>
        blobs.PutJson(
            Containers.State, Folder(release) + "evaluation.json", evaluation,
            etag is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(etag), cancellation);

    public async Task<GateReport?> ReadReport(Release release, CancellationToken cancellation) =>
        (await blobs.ReadJson<GateReport>(Containers.State, Folder(release) + "gates.json", cancellation))?.Value;

    /// <summary>Saves the report once: it follows from the evaluation, so a second time it would be the same.</summary>
    public async Task SaveReport(Release release, GateReport report, CancellationToken cancellation) =>
        _ = await blobs.PutJson(Containers.State, Folder(release) + "gates.json", report, PutCondition.IfAbsent, cancellation);

    /// <summary>The digests that bind a verdict to what it looked at.</summary>
    public static IReadOnlyDictionary<string, string> Digests(GateReport report)
    {
        Dictionary<string, string> digests = report.Datasets.ToDictionary(dataset => $"dataset.{dataset.Key}", dataset => dataset.Value);
        digests["digest"] = report.Digest;
        digests["policyRevision"] = report.PolicyRevision;
        digests["report"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(report, Wire.Json))));
        return digests;
    }
}
