using System.Globalization;
using System.Text.Json;
using LlmOps.Gates.Scores;

namespace LlmOps.Benchmarks;

/// <summary>
/// How much of the personal data in a corpus is found, by kind, and how much is found where there is none. The corpus is one
/// of presidio-research's form (texts with labelled spans), named by the environment variable LLMOPS_PII_CORPUS.
/// </summary>
internal static class PiiRecall
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["EMAIL_ADDRESS"] = "email", ["IBAN_CODE"] = "iban", ["CREDIT_CARD"] = "card", ["US_SSN"] = "ssn", ["IP_ADDRESS"] = "ip", ["PHONE_NUMBER"] = "phone",
    };

    public static async Task<Comparison> Run(string root)
    {
        string corpus = Environment.GetEnvironmentVariable("LLMOPS_PII_CORPUS")
            ?? throw new InvalidOperationException("LLMOPS_PII_CORPUS must name a corpus, such as presidio-research's data/synth_dataset_v2.json");
        using JsonDocument texts = JsonDocument.Parse(await File.ReadAllTextAsync(corpus));
        Dictionary<string, (int Labelled, int Found)> recall = Kinds.Values.ToDictionary(kind => kind, _ => (0, 0));
        (int clean, int flagged) = (0, 0);
        foreach (JsonElement text in texts.RootElement.EnumerateArray())
        {
            IReadOnlyList<PiiFound> found = Pii.Find(text.GetProperty("full_text").GetString()!);
            JsonElement[] spans = [.. text.GetProperty("spans").EnumerateArray().Where(span => Kinds.ContainsKey(span.GetProperty("entity_type").GetString()!))];
            foreach (JsonElement span in spans)
            {
                string kind = Kinds[span.GetProperty("entity_type").GetString()!];
                string letters = string.Concat(span.GetProperty("entity_value").GetString()!.Where(char.IsLetterOrDigit)).ToLowerInvariant();
                bool hit = found.Any(one => string.Concat(one.Value.Where(char.IsLetterOrDigit)).Contains(letters, StringComparison.Ordinal));
                recall[kind] = (recall[kind].Labelled + 1, recall[kind].Found + (hit ? 1 : 0));
            }
            (clean, flagged) = spans.Length == 0 ? (clean + 1, flagged + (found.Count > 0 ? 1 : 0)) : (clean, flagged);
        }
        int labelled = recall.Values.Sum(one => one.Labelled);
        string kinds = string.Join(", ", recall.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value.Found}/{one.Value.Labelled}")));
        int all = recall.Values.Sum(one => one.Found);
        return new Comparison(
            $"{kinds}; of {clean} texts without any of these {flagged} were flagged", "pieces", "labelled", all, labelled, all / (double)labelled, []);
    }
}
