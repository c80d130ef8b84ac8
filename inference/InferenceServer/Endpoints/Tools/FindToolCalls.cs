using System.Text.Json;

namespace LlmOps.Inference.Endpoints.Tools;

/// <summary>Finds the calls in an answer. What is no call of a known function, or no JSON, stays text.</summary>
/// <param name="format">How the model writes a call.</param>
/// <param name="names">The functions that are known.</param>
/// <param name="parallel">Whether there may be several; else all but the first are dropped.</param>
internal sealed class FindToolCalls(ToolFormat format, IReadOnlySet<string> names, bool parallel)
{
    public (string Text, IReadOnlyList<ToolCall> Calls) In(string answer)
    {
        (string text, IReadOnlyList<ToolCall> calls) = AllIn(answer);
        return (text, parallel ? calls : [.. calls.Take(1)]);
    }

    private (string Text, IReadOnlyList<ToolCall> Calls) AllIn(string answer)
    {
        if (!format.AllowsText) return Whole(answer);
        List<ToolCall> calls = [];
        System.Text.StringBuilder text = new();
        string opening = format.Opening.Trim();
        string closing = format.Closing.Trim();
        int at = 0;
        while (answer.IndexOf(opening, at, StringComparison.Ordinal) is var start and >= 0)
        {
            int from = start + opening.Length;
            int end = answer.IndexOf(closing, from, StringComparison.Ordinal);
            int next = end < 0 ? answer.Length : end + closing.Length;
            bool found = Read(answer[from..(end < 0 ? answer.Length : end)]) is [{ } call] && Keep(call);
            text.Append(answer, at, (found ? start : next) - at);
            at = next;
        }
        text.Append(answer, at, answer.Length - at);
        return calls.Count == 0 ? (answer, []) : (text.ToString().Trim(), calls);

        bool Keep(ToolCall call)
        {
            calls.Add(call);
            return true;
        }
    }

    private (string Text, IReadOnlyList<ToolCall> Calls) Whole(string answer) =>
        Read(answer) is { Length: > 0 } calls ? ("", calls) : (answer, []);

    /// <summary>The calls that a JSON object or list is, or none where one of them is no call.</summary>
    private ToolCall[] Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            ToolCall?[] calls = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(ReadOne)] : [ReadOne(root)];
            return calls.All(call => call is not null) ? [.. calls.Select(call => call!)] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private ToolCall? ReadOne(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String) return null;
        bool hasArguments = call.TryGetProperty(format.Arguments, out JsonElement arguments) || call.TryGetProperty("arguments", out arguments) || call.TryGetProperty("parameters", out arguments);
        if (!names.Contains(name.GetString()!) || (hasArguments && arguments.ValueKind != JsonValueKind.Object)) return null;
        return new ToolCall(name.GetString()!, hasArguments ? arguments.GetRawText() : "{}");
    }
}

/// <summary>A function that an answer calls; the arguments are a JSON object as text.</summary>
internal sealed record ToolCall(string Name, string Arguments);
