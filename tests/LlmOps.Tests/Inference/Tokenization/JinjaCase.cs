using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference.Tokenization.Templates;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Tests.Inference.Tokenization;

/// <summary>A template and its variables, for comparing with other implementations.</summary>
internal sealed record JinjaCase(string Name, string Template, JsonObject Values)
{
    public static (string? Text, string? Error) Render(string template, JsonObject values, RenderLimits? limits = null)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(values.ToJsonString());
            return (LlmOps.Inference.Tokenization.Templates.Template.Parse(template)
                .Render(json.RootElement.EnumerateObject().Select(value => KeyValuePair.Create(value.Name, FromJson.Value(value.Value))), new StandingClock(), limits), null);
        }
        catch (TemplateException e)
        {
            return (null, e.Message);
        }
    }

    public static string Write(IEnumerable<JinjaCase> cases) =>
        new JsonArray([.. cases.Select(one => new JsonObject { ["template"] = one.Template, ["values"] = one.Values.DeepClone() })]).ToJsonString();

    /// <summary>Whether a template adds to a text what is none: an error in Python, and not in JavaScript.</summary>
    public static bool AddsToText(string? error) => error?.Contains("+ of ", StringComparison.Ordinal) == true;

    /// <summary>Compares each case with the text that another implementation gives, or null where that is an error.</summary>
    public static void AssertAll(IReadOnlyList<JinjaCase> cases, IReadOnlyList<string?> expected, bool addsToText = false)
    {
        Assert.Equal(cases.Count, expected.Count);
        string[] differences = [.. cases.Zip(expected).Select(pair => (pair.First, Expected: pair.Second, Ours: Render(pair.First.Template, pair.First.Values)))
            .Where(one => one.Ours.Text != one.Expected && !(addsToText && AddsToText(one.Ours.Error)))
            .Select(one => $"{one.First.Name}\n{one.Ours.Text ?? one.Ours.Error}\nand not\n{one.Expected ?? "an error"}")];
        Assert.True(differences.Length == 0, $"{differences.Length} of {cases.Count} differ:\n{string.Join("\n\n", differences.Take(5))}");
    }

    private sealed class StandingClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 7, 9, 5, 4, TimeSpan.Zero);
    }
}
