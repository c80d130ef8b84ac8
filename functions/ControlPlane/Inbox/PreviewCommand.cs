using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;

namespace LlmOps.Inbox;

/// <summary>What a command is meant for: a release's version, or, with an empty one, the model; or why it cannot be carried out.</summary>
public sealed record CommandTarget(string Version, Receipt? Refusal = null)
{
    /// <summary>The attempt of the release that a rollback is meant for.</summary>
    public int Attempt { get; init; } = 1;
}

/// <summary>Finds what a command is meant for, and says before it is stored why it could not be carried out.</summary>
public sealed class PreviewCommand(ReleaseStore store, IEnumerable<IReleaseVerb> verbs, ReadOrderFacts facts, ReadFreeze freeze)
{
    public async Task<CommandTarget> Handle(ReleaseCommand command, DateTimeOffset now, CancellationToken cancellation)
    {
        IReadOnlyList<Release> releases = await store.List(command.Model, cancellation);
        if (releases.Count == 0)
        {
            return new CommandTarget("", new Receipt(404, $"no release of model '{command.Model}' is known"));
        }
        if (command is { Version: null, Verb: CommandRules.Resume } && await freeze.OfRollbacks(command.Model, null, cancellation) is not null)
        {
            return new CommandTarget("");
        }
        // Without a version: the release under way, or else the newest.
        Release? release = command.Version is { } version
            ? releases.FirstOrDefault(known => known.Version == version)
            : releases.LastOrDefault(known => known.Phase.IsUnderway()) ?? releases[^1];
        if (release is null)
        {
            return new CommandTarget("", new Receipt(404, $"there is no release {command.Model}@{command.Version}"));
        }
        if (command.Attempt is { } attempt && attempt != release.Attempt)
        {
            return new CommandTarget("", new Receipt(409, $"it was meant for attempt {attempt} of {release.Id}, which is in attempt {release.Attempt} now"));
        }
        OrderFacts known = await facts.Handle(release, cancellation);
        ReleaseOrder order = new(command.Key, command.Verb, command.By, command.Reason, command.Source, now);
        IReleaseVerb verb = verbs.Single(one => one.Name == command.Verb);
        string? why = verb.Obstacle(release, known) ?? (verb.Decide(release, order, known) as OrderDecision.Refuse)?.Why;
        return why is null
            ? new CommandTarget(release.Version)
            : new CommandTarget("", new Receipt(409, $"{release.Id} is {release.Phase}: {why}; possible now: {Possible(release, known)}"));
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
