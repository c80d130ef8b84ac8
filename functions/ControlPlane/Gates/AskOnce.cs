using LlmOps.Gates.Suites;

namespace LlmOps.Gates;

/// <summary>An answer, and who gave it where that is not who was asked.</summary>
public sealed record AskedOnce(Sample Sample, string? Foreign);

/// <summary>Asks one item of one side and grades the answer. A request that gets no answer is made once more, and counts as an error.</summary>
public sealed class AskOnce(InferenceClient client, GradeAnswer grade, AnswerCache? cache = null)
{
    public async Task<AskedOnce> Handle(
        Side side, string model, string dataset, EvaluationItem item, int run, Questions questions, CancellationToken cancellation)
    {
        Asked asked = item.Match == Match.Text ? new Asked(Echo: true) : questions.Asked with
        {
            Logprobs = questions.Asked.Logprobs || item.Assertions.Any(assertion => assertion.Type.StartsWith("perplexity", StringComparison.Ordinal)),
        };
        string? key = questions.Cache && cache is not null ? side.Digest : null;
        Completion? known = key is null ? null : await cache!.Find(key, model, item.Prompt, asked, run, cancellation);
        (Completion answer, string? firstError) = known is null ? await Ask(side, model, item.Prompt, asked, cancellation) : (known, null);
        string? foreign = known is null ? Foreign(answer.Fingerprint, model, side.Version) : null;
        if (key is not null && known is null && foreign is null)
        {
            await cache!.Keep(key, model, item.Prompt, asked, run, answer, cancellation);
        }
        (bool right, IReadOnlyList<CheckResult> checks) = await grade.Of(item, answer, cancellation);
        Sample sample = new(dataset, item.Id, item.Prompt, answer.Text, answer.Tokens, Math.Round(answer.LatencyMs, 3), answer.Error, right)
        {
            Checks = checks, Perplexity = answer.Perplexity, Run = run, FirstError = firstError, Cached = known is not null,
            FirstTokenMs = answer.FirstTokenMs is { } first ? Math.Round(first, 3) : null,
        };
        return new AskedOnce(sample, foreign);
    }

    // What fails by chance is no wrong answer; `error_rate` counts the first try.
    private async Task<(Completion Answer, string? FirstError)> Ask(Side side, string model, string prompt, Asked asked, CancellationToken cancellation)
    {
        Completion first = await client.Ask(side.Endpoint, model, prompt, asked, cancellation);
        return first.Error is null ? (first, null) : (await client.Ask(side.Endpoint, model, prompt, asked, cancellation), first.Error);
    }

    // Our server says `model@version` with every answer; what another server says there tells nothing of the version.
    private static string? Foreign(string? fingerprint, string model, string? version) =>
        version is not null && fingerprint?.StartsWith($"{model}@", StringComparison.Ordinal) == true && fingerprint != $"{model}@{version}"
            ? fingerprint
            : null;
}
