using System.Globalization;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>
/// Finds what people propose in Git: where the slot without traffic has other settings than the one that serves, a release
/// brings them to production as any version comes there, by gates, steps and rollback.
/// </summary>
public sealed class ProposeSettings(
    ReleaseStore store, IGitHost git, AuditLog audit, IMessageBus bus, ControlPlaneOptions options, TimeProvider clock)
{
    public async Task Handle(CancellationToken cancellation)
    {
        ILookup<string, Release> releases = (await store.List(null, cancellation)).ToLookup(release => release.Model);
        if (releases.Count == 0)
        {
            return;
        }
        GitFiles files = new(git, await git.Head(options.Branch, cancellation), cancellation);
        foreach (IGrouping<string, Release> model in releases)
        {
            if (await TryFind(model, files) is { } release)
            {
                await Begin(release, cancellation);
            }
        }
    }

    // A manifest that cannot be read proposes nothing; whoever needs it says so.
    private async Task<Release?> TryFind(IGrouping<string, Release> model, GitFiles files)
    {
        try
        {
            return await Find(model.Key, [.. model], files);
        }
        catch (ManifestException)
        {
            return null;
        }
    }

    private async Task<Release?> Find(string model, IReadOnlyList<Release> releases, GitFiles files)
    {
        // What is under way owns the slot without traffic until it has given it back.
        if (releases.Any(release => release.Phase.IsUnderway() || release is { Phase: Phase.Stalled, TrafficSince: not null }
            or { Phase: Phase.RolledBack or Phase.Refused or Phase.Superseded, Closed: false }))
        {
            return null;
        }
        IManifestDialect dialect = await files.Dialect(model);
        if ((await files.Route(model)).OnlySlot is not { } slot || await files.SlotFile(model, slot) is not { } serving
            || dialect.ReadSlot(serving) is not { Version.Length: > 0 } champion)
        {
            return null;
        }
        SlotFile idle = await files.SlotFile(model, Slots.Other(slot));
        string proposed = SlotSettings.Digest(dialect, idle);
        Release? last = releases.LastOrDefault(release => release.Settings is not null);
        if (proposed == SlotSettings.Digest(dialect, serving) || last is { Closed: false } or { Phase: Phase.Stalled or Phase.Refused } && last.Settings!.Digest == proposed
            || (await files.Quarantine()).Contains(proposed))
        {
            return null;
        }
        DateTimeOffset now = clock.GetUtcNow();
        int number = releases.Count(release => release.Settings is not null) + 1;
        return new Release
        {
            Model = model, Version = string.Create(CultureInfo.InvariantCulture, $"{champion.Version}-settings.{number}"), Digest = champion.Digest,
            Settings = new SettingsChange(champion.Version, proposed, files.Head),
            Gpu = releases.FirstOrDefault(release => release.Version == champion.Version)?.Gpu ?? 0,
            Phase = Phase.Verified, UploadedAt = now, PhaseSince = now, NextLookAt = now,
        };
    }

    private async Task Begin(Release release, CancellationToken cancellation)
    {
        await audit.Append(new AuditFact(
            $"{release.Key}/Proposed", "SettingsProposed", release.Model, release.Version,
            $"other settings for {release.Runs} stand in the slot without traffic",
            new Dictionary<string, string> { ["commit"] = release.Settings!.Revision, ["settings"] = release.Settings.Digest, ["digest"] = release.Digest }),
            cancellation);
        await store.Create(release, cancellation);
        await bus.Send(new WorkItem(WorkItem.Advance, release.Model, release.Version).ToMessage(), cancellation);
    }
}
