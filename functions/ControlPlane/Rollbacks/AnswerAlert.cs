using System.Globalization;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>
/// Answers one alert: rolls the release back that is to blame, tells people, or records that it concerns nothing live. The
/// decision is stored before it is carried out, so that a killed answer goes on as it was decided.
/// </summary>
public sealed class AnswerAlert(AlertFacts facts, RollBackRelease rollBack, Escalate escalate, IncidentStore incidents, RollbackLog audit)
{
    public async Task Handle(Alert alert, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        while (true)
        {
            if (await incidents.Read(alert.Key, cancellation) is not var (incident, etag))
            {
                await audit.Append(Received(alert, receivedAt), cancellation);
                await incidents.Open(await Decide(alert, receivedAt, cancellation), cancellation);
                continue;
            }
            Incident next = incident.Answered ? incident : await Answer(alert, incident, cancellation);
            next = alert.IsFiring || next.ResolvedAt is not null ? next : await Resolve(alert, next, cancellation);
            if (next == incident || await incidents.Save(next, etag, cancellation))
            {
                return;
            }
        }
    }

    // The end of an alert may come before its beginning: what is over is not answered any more.
    private async Task<Incident> Decide(Alert alert, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        (BlameDecision decision, Release? release) = alert.IsFiring
            ? await facts.Decide(alert, cancellation)
            : (new BlameDecision.Ignore("it had ended before it was heard of"), await facts.Concerned(alert, cancellation));
        return new Incident(
            alert.Key, alert.Name, alert.Model, release?.Version ?? alert.Version, alert.StartsAt, receivedAt, decision.GetType().Name, decision.Reason,
            Attempt: release?.Attempt ?? 1);
    }

    private async Task<Incident> Answer(Alert alert, Incident incident, CancellationToken cancellation)
    {
        Release? release = await facts.Release(incident, cancellation);
        switch (incident.Decision)
        {
            case nameof(BlameDecision.RollBack) when release!.Attempt != incident.Attempt:
                // It was reverted then, or it could not have been tried again since.
                return incident with { Answered = true };
            case nameof(BlameDecision.RollBack):
                RevertCause cause = new(incident.Reason, "alertmanager", alert.Key);
                ChangeOutcome outcome = await rollBack.Handle(release!, cause, incident.ReceivedAt, cancellation);
                if (outcome.Refusal is not { } refusal)
                {
                    return incident with { Answered = true, Commit = outcome.Sha };
                }
                await escalate.Handle(alert, refusal, release, cancellation);
                return incident with { Answered = true, Decision = nameof(BlameDecision.Escalate), Reason = refusal };
            case nameof(BlameDecision.Escalate):
                await escalate.Handle(alert, incident.Reason, release, cancellation);
                return incident with { Answered = true };
            case nameof(BlameDecision.Ignore):
                await audit.Append(
                    new AuditFact($"alert/{alert.Key}/ignored", "AlertIgnored", alert.Model, incident.Version, $"{alert.Name}: {incident.Reason}"), cancellation);
                return incident with { Answered = true };
            default:
                throw new InvalidOperationException($"{incident.Decision} is not an answer to an alert");
        }
    }

    private async Task<Incident> Resolve(Alert alert, Incident incident, CancellationToken cancellation)
    {
        double seconds = (alert.EndsAt - alert.StartsAt).TotalSeconds;
        await audit.Append(
            new AuditFact(
                $"alert/{alert.Key}/resolved", "AlertResolved", incident.Model, incident.Version,
                string.Create(CultureInfo.InvariantCulture, $"{alert.Name} ended {seconds:F1} s after it began")),
            cancellation);
        return incident with { ResolvedAt = alert.EndsAt, SecondsToResolve = seconds };
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
public sealed class AlertFacts(ReleaseStore store, ReadPolicy policies, ReadFreeze freeze, ProbeWarmSlot probe, TimeProvider clock)
{
    public async Task<(BlameDecision Decision, Release? Release)> Decide(Alert alert, CancellationToken cancellation)
    {
        if (alert.Model is not { } model || !Names.IsModel(model))
        {
            return (new BlameDecision.Ignore("its labels name no model"), null);
        }
        IReadOnlyList<Release> releases = await store.List(model, cancellation);
        ModelPolicy policy = releases.Count == 0 ? new ModelPolicy() : await policies.CurrentOrDefault(model, cancellation);
        Release? release = Blame.Concerned(alert, releases);
        BlameDecision decision = Blame.Decide(alert, releases, policy.Cooldown, clock.GetUtcNow());
        if (decision is BlameDecision.RollBack && await freeze.OfRollbacks(model, release, policy, cancellation) is { } frozen)
        {
            decision = new BlameDecision.Escalate($"{model} {frozen}; `llmops rollback {model}` goes back all the same: {decision.Reason}");
        }
        return decision is BlameDecision.RollBack
            ? (Blame.Confirm(decision, await probe.Ask(release!, cancellation), release!.Champion!), release)
            : (decision, release);
    }

    /// <summary>The release that an alert concerns, or null.</summary>
    public async Task<Release?> Concerned(Alert alert, CancellationToken cancellation) =>
        alert.Model is { } model && Names.IsModel(model) ? Blame.Concerned(alert, await store.List(model, cancellation)) : null;

    /// <summary>The release that an incident concerns, as it stands now.</summary>
    public async Task<Release?> Release(Incident incident, CancellationToken cancellation) =>
        incident is { Model: { } model, Version: { } version } && Names.IsModel(model) && Names.IsVersion(version)
            ? (await store.Read(model, version, cancellation))?.Value
            : null;
}

/// <summary>Tells people what a rollback would not mend, or what kept it from being made: an issue, once a cause.</summary>
public sealed class Escalate(IGitHost git, RollbackLog audit)
{
    public async Task Handle(Alert alert, string reason, Release? release, CancellationToken cancellation)
    {
        string subject = release?.Id ?? alert.Model ?? "an unknown model";
        string labels = string.Join("\n", alert.Labels.OrderBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => $"    {PlainText.OneLine($"{label.Key}: {label.Value}")}"));
        await git.OpenIssue(
            new GitIssue(
                $"alert-{alert.Key}", PlainText.OneLine($"{alert.Name} on {subject} was not rolled back", 200),
                $"{PlainText.OneLine(reason)}\n\nThe alert began at {alert.StartsAt:u}: {PlainText.OneLine(alert.Summary)}\n\n{labels}\n"),
            cancellation);
        await audit.Append(
            new AuditFact($"alert/{alert.Key}/escalated", "AlertEscalated", alert.Model, release?.Version ?? alert.Version, $"{alert.Name}: {reason}"), cancellation);
    }

    /// <summary>Tells that an order to roll back could not be carried out.</summary>
    public async Task Refused(RollbackOrder order, Release release, string refusal, CancellationToken cancellation)
    {
        await git.OpenIssue(
            new GitIssue(
                $"order-{order.Id}", $"{release.Id} could not be rolled back",
                $"{PlainText.OneLine(refusal)}\n\n{PlainText.OneLine(order.By, 100)} ordered it: {PlainText.OneLine(order.Reason ?? "")}\n"),
            cancellation);
        await audit.Append(
            new AuditFact($"{order.Id}/refused", "RollbackRefused", release.Model, release.Version, $"could not be rolled back: {refusal}"), cancellation);
    }
}
