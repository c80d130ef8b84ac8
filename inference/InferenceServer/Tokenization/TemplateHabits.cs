using LlmOps.Inference.Tokenization.Templates;

namespace LlmOps.Inference.Tokenization;

/// <summary>How one template wants its messages: families differ, and say so nowhere but in their code.</summary>
/// <param name="RendersToolCalls">Whether the assistant's calls of tools show in the prompt at all.</param>
/// <param name="ArgumentsAsText">Whether the arguments of a call are JSON text, and not values.</param>
/// <param name="ContentNeverNull">Whether a turn that only calls tools has an empty content, and not none.</param>
/// <param name="ContentAsParts">Whether contents are lists of typed parts, and not strings.</param>
internal sealed record TemplateHabits(bool RendersToolCalls = false, bool ArgumentsAsText = false, bool ContentNeverNull = false, bool ContentAsParts = false)
{
    private const string Needle = "needle-in-a-haystack";
    private static readonly RenderLimits Limits = new() { Steps = 100_000, Characters = 1_000_000 };

    // Some templates ask for ids of nine characters, and for turns in their natural order.
    private static readonly ChatMessage[] Text = [new("user", Needle)];
    private static readonly ChatMessage[] Calls =
    [
        new("user", "a"),
        new("assistant", null) { ToolCalls = [new("abcdefghi", "lookup", $$"""{"q":"{{Needle}}"}""")] },
        new("tool", "b") { ToolCallId = "abcdefghi", Name = "lookup" },
    ];

    /// <summary>Finds out by rendering a conversation in one way after the other, until what was said shows.</summary>
    public static TemplateHabits Learn(Template template, TemplateValues values)
    {
        string Rendered(ChatMessage[] messages, TemplateHabits habits)
        {
            try
            {
                return template.Render(values.Of(messages, new ChatOptions(), habits), TimeProvider.System, Limits);
            }
            catch (TemplateException)
            {
                return "";
            }
        }
        bool Shows(ChatMessage[] messages, TemplateHabits habits) => Rendered(messages, habits).Contains(Needle, StringComparison.Ordinal);
        TemplateHabits plain = new();
        if (!Shows(Text, plain) && Shows(Text, plain with { ContentAsParts = true })) plain = plain with { ContentAsParts = true };
        TemplateHabits[] ways =
        [
            plain,
            plain with { ContentNeverNull = true },
            plain with { ArgumentsAsText = true },
            plain with { ArgumentsAsText = true, ContentNeverNull = true },
        ];
        TemplateHabits[] fitting = [.. ways.Where(way => Shows(Calls, way))];
        // Better an empty content than the word None in a prompt.
        TemplateHabits? best = fitting.FirstOrDefault(way => !Rendered(Calls, way).Contains("None", StringComparison.Ordinal)) ?? fitting.FirstOrDefault();
        return best is null ? plain : best with { RendersToolCalls = true };
    }
}
