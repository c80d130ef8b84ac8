using LlmOps.Audit;
using LlmOps.Manifests;

namespace LlmOps.Releases;

/// <summary>What a release does in a phase: one look, which either moves it on or says what it waits for.</summary>
public interface IPhaseStep
{
    /// <summary>Whether this step is what a release does now.</summary>
    bool Applies(Release release);

    /// <summary>
    /// Looks, decides and applies. Called again after a crash or a lost race, so every effect carries a key. The caller
    /// logs the fact and saves the release.
    /// </summary>
    Task<PhaseOutcome> Take(Release release, CancellationToken cancellation);
}

/// <summary>The outcome of a look at a release.</summary>
public abstract record PhaseOutcome
{
    private PhaseOutcome()
    {
    }

    /// <summary>It moved on: what it is now, and the fact to log.</summary>
    public sealed record Moved(Release Next, AuditFact Fact) : PhaseOutcome;

    /// <summary>It waits: for what, and when to look again. Progress made meanwhile stands in <paramref name="Next"/>.</summary>
    public sealed record Waits(Release Next, string For, TimeSpan Delay) : PhaseOutcome
    {
        private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

        /// <summary>Waits until a change of Git that was not made can be.</summary>
        public static Waits Until(Release release, ChangeOutcome change) => new(release, change.Refusal!, change.LookAgainIn ?? Soon);
    }
}
