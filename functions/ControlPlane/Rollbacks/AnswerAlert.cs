using System.Globalization;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>Answers one alert: rolls the release back that is to blame, tells people, or records that it concerns nothing live.</summary>
public sealed class AnswerAlert(AlertFacts facts, RollBackRelease rollBack, Escalate escalate, IncidentStore incidents, AuditLog audit)
{
    public async Task Handle(Alert alert, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        if (await incidents.Read(alert.Key, cancellation) is var (known, etag))
        {
            await Close(alert, known, etag, cancellation);
            return;
        }
        if (!alert.IsFiring)
        {
            return;
        }
        await audit.Append(Received(alert, receivedAt), cancellation);
        (BlameDecision decision, Release? release) = await facts.Decide(alert, cancellation);
        ChangeOutcome? outcome = null;
        if (decision is BlameDecision.RollBack)
        {
            outcome = await rollBack.Handle(release!, new RevertCause(decision.Reason, "alertmanager", alert.Key), receivedAt, cancellation);
            decision = outcome.Refusal is { } refusal ? new BlameDecision.Escalate(refusal) : decision;
        }
        await Tell(alert, decision, release, cancellation);
        await incidents.Open(
            new Incident(
                alert.Key, alert.Name, alert.Model, release?.Version ?? alert.Version, alert.StartsAt, receivedAt,
                decision.GetType().Name, decision.Reason, outcome?.Sha),
            cancellation);
    }

    private Task Tell(Alert alert, BlameDecision decision, Release? release, CancellationToken cancellation) => decision switch
    {
        BlameDecision.RollBack => Task.CompletedTask,
        BlameDecision.Escalate => escalate.Handle(alert, decision.Reason, release, cancellation),
        BlameDecision.Ignore => audit.Append(
            new AuditFact($"alert/{alert.Key}/ignored", "AlertIgnored", alert.Model, alert.Version, $"{alert.Name}: {decision.Reason}"), cancellation),
        _ => throw new InvalidOperationException($"{decision.GetType().Name} is not an answer to an alert"),
    };

    private async Task Close(Alert alert, Incident incident, string etag, CancellationToken cancellation)
    {
        if (alert.IsFiring || incident.ResolvedAt is not null)
        {
            return;
        }
        double seconds = (alert.EndsAt - alert.StartsAt).TotalSeconds;
        await audit.Append(
            new AuditFact(
                $"alert/{alert.Key}/resolved", "AlertResolved", incident.Model, incident.Version,
                string.Create(CultureInfo.InvariantCulture, $"{alert.Name} ended {seconds:F1} s after it began")),
            cancellation);
        await incidents.Close(incident with { ResolvedAt = alert.EndsAt, SecondsToResolve = seconds }, etag, cancellation);
    }

    private static AuditFact Received(Alert alert, DateTimeOffset receivedAt) => new(
        $"alert/{alert.Key}/received", "AlertReceived", alert.Model, alert.Version, $"{alert.Name}: {alert.Summary}",
        new Dictionary<string, string>
        {
            ["fingerprint"] = alert.Fingerprint,
            ["startsAt"] = alert.StartsAt.ToString("O", CultureInfo.InvariantCulture),
            ["receivedAt"] = receivedAt.ToString("O", CultureInfo.InvariantCulture),
        });
}

/// <summary>Gathers what a decision on an alert needs, and decides.</summary>
public sealed class AlertFacts(ReleaseStore store, ReadPolicy policies, ProbeWarmSlot probe, RevertInGit revert, TimeProvider clock)
{
    public async Task<(BlameDecision Decision, Release? Release)> Decide(Alert alert, CancellationToken cancellation)
    {
        if (alert.Model is not { } model || !Names.IsModel(model))
        {
            return (new BlameDecision.Ignore("its labels name no model"), null);
        }
        IReadOnlyList<Release> releases = await store.List(model, cancellation);
        // The revert was committed and a crash kept the rest from being written down: nothing is left to decide.
        if (await revert.MadeFor(alert.Key, cancellation) is { } made && releases.FirstOrDefault(known => known.Id == made) is { } reverted)
        {
            return (Blame.Reverts(alert, reverted), reverted);
        }
        TimeSpan cooldown = releases.Count == 0 ? TimeSpan.Zero : (await policies.Current(model, cancellation)).Cooldown;
        BlameDecision decision = Blame.Decide(alert, releases, cooldown, clock.GetUtcNow());
        Release? release = Blame.Concerned(alert, releases);
        return decision is BlameDecision.RollBack
            ? (Blame.Confirm(decision, await probe.Ask(release!, cancellation), release!.Champion!), release)
            : (decision, release);
    }
}

/// <summary>Tells people what a rollback would not mend: an issue, once a firing of the alert.</summary>
public sealed class Escalate(IGitHost git, AuditLog audit)
{
    public async Task Handle(Alert alert, string reason, Release? release, CancellationToken cancellation)
    {
        string subject = release?.Id ?? alert.Model ?? "an unknown model";
        string labels = string.Join("\n", alert.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"    {label.Key}: {label.Value}"));
        await git.OpenIssue(
            new GitIssue(
                $"alert-{alert.Key}", $"{alert.Name} on {subject} was not rolled back",
                $"{reason}\n\nThe alert began at {alert.StartsAt:u}: {alert.Summary}\n\n{labels}\n"),
            cancellation);
        await audit.Append(
            new AuditFact($"alert/{alert.Key}/escalated", "AlertEscalated", alert.Model, release?.Version ?? alert.Version, $"{alert.Name}: {reason}"), cancellation);
    }
}
