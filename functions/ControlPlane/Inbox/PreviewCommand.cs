using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;

namespace LlmOps.Inbox;

/// <summary>Finds the release that a command is meant for, and says before it is stored why it could not be carried out.</summary>
public sealed class PreviewCommand(ReleaseStore store, IEnumerable<IReleaseVerb> verbs, ReadOrderFacts facts)
{
    /// <summary>The release, or the refusal.</summary>
    public async Task<(Release? Release, Receipt? Refusal)> Handle(ReleaseCommand command, DateTimeOffset now, CancellationToken cancellation)
    {
        IReadOnlyList<Release> releases = await store.List(command.Model, cancellation);
        if (releases.Count == 0)
        {
            return (null, new Receipt(404, $"no release of model '{command.Model}' is known"));
        }
        // Without a version: the release under way, or else the newest.
        Release? release = command.Version is { } version
            ? releases.FirstOrDefault(known => known.Version == version)
            : releases.LastOrDefault(known => known.Phase.IsUnderway()) ?? releases[^1];
        if (release is null)
        {
            return (null, new Receipt(404, $"there is no release {command.Model}@{command.Version}"));
        }
        OrderFacts known = await facts.Handle(release, cancellation);
        ReleaseOrder order = new(command.Key, command.Verb, command.By, command.Reason, command.Source, now);
        IReleaseVerb verb = verbs.Single(one => one.Name == command.Verb);
        string? why = verb.Obstacle(release, known) ?? (verb.Decide(release, order, known) as OrderDecision.Refuse)?.Why;
        return why is null
            ? (release, null)
            : (null, new Receipt(409, $"{release.Id} is {release.Phase}: {why}; possible now: {Possible(release, known)}"));
    }

    private string Possible(Release release, OrderFacts known)
    {
        List<string> possible = [.. verbs.Where(verb => verb.Obstacle(release, known) is null).Select(verb => verb.Name).Order(StringComparer.Ordinal)];
        if (Blame.HasTraffic(release) && release.Champion is not null)
        {
            possible.Add(CommandRules.Rollback);
        }
        return possible.Count == 0 ? "nothing" : string.Join(", ", possible);
    }
}
