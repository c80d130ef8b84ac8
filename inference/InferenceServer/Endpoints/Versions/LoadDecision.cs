using System.Globalization;
using LlmOps.Inference.Models;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>What is to be done about a folder that is to be served.</summary>
internal abstract record LoadDecision
{
    private const double MiB = 1024 * 1024;

    private LoadDecision()
    {
    }

    /// <summary>Means that it is served already.</summary>
    public sealed record Keep : LoadDecision;

    /// <summary>Means that its weights may be loaded beside those that serve.</summary>
    public sealed record Load : LoadDecision;

    /// <summary>Means that it must not be loaded.</summary>
    public sealed record Refuse(ApiError Why) : LoadDecision;

    /// <summary>Decides from what is known before any weight is loaded.</summary>
    /// <param name="model">The model that this process serves.</param>
    /// <param name="current">The version that serves, if one does.</param>
    /// <param name="found">The checked folder.</param>
    /// <param name="need">What the new version may take.</param>
    /// <param name="growth">Bytes that the versions already in memory may still come to use.</param>
    /// <param name="available">What the system can give.</param>
    public static LoadDecision Decide(string model, ModelFolder? current, ModelFolder found, MemoryNeed need, long growth, AvailableMemory available)
    {
        if (found.Model != model) return new Refuse(ApiError.Invalid(null, $"The folder holds the model '{found.Model}'; this process serves '{model}' only."));
        // Without a digest nobody knows whether the files are still the same.
        if (current?.Digest is { } digest && digest == found.Digest) return new Keep();
        if (need.Bytes + growth <= available.Bytes) return new Load();
        return new Refuse(ApiError.NoMemory(string.Create(CultureInfo.InvariantCulture,
            $"Memory does not hold {found.Version} too: it needs {need.Bytes / MiB:F0} MiB (twice {need.Weights / MiB:F0} of weights, {need.Cache / MiB:F0} of cache, {(need.Logits + need.Attention) / MiB:F0} of a run, {need.Grammars / MiB:F0} of grammars), what is loaded may still take {growth / MiB:F0} MiB, and {available.Bytes / MiB:F0} MiB are available ({available.Source}).")));
    }
}
