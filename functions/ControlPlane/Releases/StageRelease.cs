using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;

namespace LlmOps.Releases;

/// <summary>Verified → Staging: commits the version to the slot that does not serve, without traffic; settings stand there already.</summary>
public sealed class StageRelease(
    ReleaseStore store, CommitOnce commits, ModelRegistry registry, ICluster cluster, ReadFreeze freeze, ControlPlaneOptions options) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Verified && !release.NeedsCapacity;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        IReadOnlyList<Release> all = await store.List(release.Model, cancellation);
        if (ReleaseTurn.Ahead(release, all) is { } first)
        {
            return Wait(release, $"waits for {first.Id} ({first.Phase})");
        }
        if (ReleaseTurn.Superseded(release, all) is { } superseded)
        {
            return superseded;
        }
        if (await cluster.ReconciledRevision(cancellation) is not { } running)
        {
            return Wait(release, "waits for the cluster to reconcile its first revision");
        }
        if (await freeze.OfRollouts(release.Model, cancellation) is { } frozen)
        {
            return Wait(release, frozen);
        }
        string? champion = (await registry.Read(release.Model, cancellation)).Aliases.GetValueOrDefault(Aliases.Champion);
        Plan? plan = null;
        ChangeOutcome change = await commits.Make(Change(release), async files =>
        {
            plan = await Plan.Make(release, files, champion, files.At(running));
            return plan.Refusal is { } refusal ? Edit.Refuse(refusal) : Edit.Of(plan.Edits);
        }, cancellation);
        if (change.Sha is null && plan is { Stale: true })
        {
            return new PhaseOutcome.Moved(
                release with { Phase = Phase.Superseded, Closed = true },
                new AuditFact($"{release.Key}/Superseded", "Superseded", release.Model, release.Version, change.Refusal!));
        }
        if (change.Sha is not { } sha)
        {
            return change.LookAgainIn is null ? Wait(release, change.Refusal!) : PhaseOutcome.Waits.Until(release, change);
        }
        plan ??= await Plan.Make(release, new GitFiles(commits.Git, sha, cancellation), champion, new GitFiles(commits.Git, running, cancellation));
        await cluster.RequestReconcile(cancellation);
        if (release.Settings is null)
        {
            await registry.MoveAliases(
                release.Model, new Dictionary<string, string?> { [Aliases.Candidate] = release.Version },
                "llmops", "staged", $"{release.Key}/candidate", cancellation);
        }
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Staging, Slot = plan.Slot, Champion = plan.Champion, Commit = sha, StagedSettings = plan.Settings, Reason = null },
            new AuditFact($"{release.Key}/Staging", "Staged", release.Model, release.Version,
                $"committed to the {plan.Slot} slot without traffic" + (plan.Champion is { } serves ? $"; {serves} serves" : ": the first release"),
                new Dictionary<string, string> { ["commit"] = sha, ["digest"] = release.Digest, ["slot"] = plan.Slot }));
    }

    private PhaseOutcome.Waits Wait(Release release, string what) => new(release, what, options.Recheck);

    private static GitChange Change(Release release) => new(
        $"{release.Key}/stage", $"Stage {release.Id}", $"Runs {release.Id} beside the champion, without traffic, so that its gates can measure it.",
        [new("Release", release.Id), new("Digest", release.Digest)])
    {
        ReviewedFor = release.Model,
    };

    /// <summary>
    /// Which slot the version goes to at one head, and the edits that put it there: its slot, and its weight of 0 as the
    /// dialect writes it where traffic is to follow.
    /// </summary>
    private sealed record Plan(
        string Slot, string? Champion, string Settings, IReadOnlyList<(string Path, string Old, string New)> Edits, string? Refusal)
    {
        /// <summary>Whether the settings that were proposed are not there any more.</summary>
        public bool Stale { get; init; }

        public static async Task<Plan> Make(Release release, GitFiles files, string? registered, GitFiles running)
        {
            ModelPolicy.Read(Slots.PolicyPath(release.Model), await files.TryRead(Slots.PolicyPath(release.Model)));
            IManifestDialect dialect = await files.Dialect(release.Model);
            RouteFile routeFile = await files.RouteFile(release.Model);
            RouteManifest route = dialect.ReadRoute(routeFile);
            string? weighted = route.OnlySlot;
            string slot = weighted is null ? Slots.Blue : Slots.Other(weighted);
            SlotManifest? serving = weighted is null ? null : await files.Slot(release.Model, weighted);
            // Where the weights must sum to 100, a route that serves nobody yet gives all to a slot without a version.
            SlotManifest? champion = serving is { Version.Length: > 0 } ? serving : null;
            SlotFile file = await files.SlotFile(release.Model, slot);
            SlotManifest target = new(release.Runs, release.Digest, Math.Max(1, champion?.Replicas ?? 1));
            string settings = SlotSettings.Digest(dialect, file);
            IReadOnlySet<string> quarantine = await files.Quarantine();
            bool stale = release.Settings is { } change && (champion?.Version != change.Of || settings != change.Digest);
            string? refusal = quarantine.Contains(release.Digest) || quarantine.Contains(release.Blamed) ? $"{release.Blamed} is in quarantine"
                : route is { Blue: > 0, Green: > 0 } ? "both slots have traffic: roll back or promote what stands between them first"
                : registered is not null && registered != champion?.Version ? $"the route serves '{champion?.Version}' but the champion is {registered}: a person decides"
                : stale ? $"{file.Path} or the version that serves is not what was proposed at {release.Settings!.Revision} any more"
                : release.Settings is null && champion is not null
                    && settings != SlotSettings.Digest(dialect, await files.SlotFile(release.Model, Slots.Other(slot))) ?
                    $"{file.Path} proposes other settings than those that serve: they are released first"
                : await HasTraffic(release.Model, slot, running) ? $"waits for the cluster to take the traffic from the {slot} slot"
                : null;
            return new Plan(slot, champion?.Version, settings, [
                (file.Path, file.Text, dialect.WriteSlot(file, target)),
                (routeFile.Path, routeFile.Text, dialect.WriteRoute(routeFile, route, IdleSlot.Warm)),
            ], refusal)
            {
                Stale = stale,
            };
        }

        private static async Task<bool> HasTraffic(string model, string slot, GitFiles running) =>
            await running.TryRead(Slots.RoutePath(model)) is not null && (await running.Route(model)).Of(slot) > 0;
    }
}
