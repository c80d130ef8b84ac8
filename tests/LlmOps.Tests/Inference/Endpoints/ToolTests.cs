using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Inference.Endpoints.Tools;
using LlmOps.Inference.Sampling.Constraints;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class ToolTests : IAsyncLifetime
{
    private const string Chat = "/v1/chat/completions";

    internal const string Template =
        "{% if tools %}<|system|>{{ tools | tojson }} Answer <tool_call>{\"name\": ..., \"arguments\": ...}</tool_call><|eos|>{% endif %}"
        + "{% for m in messages %}<|{{ 'user' if m.role == 'tool' else m.role }}|>{{ m.content }}<|eos|>{% endfor %}<|assistant|>";

    private const string Tools = """
        [
          {"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"enum":["Athens","Rome"]},"days":{"enum":[1,2]}},"required":["city"],"additionalProperties":false}}},
          {"type":"function","function":{"name":"now"}}
        ]
        """;

    private readonly string _folder = Samples.Copy();
    private TinyOpsServer? _server;

    public async Task InitializeAsync()
    {
        File.Delete(Path.Combine(_folder, "release.json"));
        string config = Path.Combine(_folder, "tokenizer_config.json");
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        json["chat_template"] = Template;
        await File.WriteAllTextAsync(config, json.ToJsonString());
        _server = new TinyOpsServer(new ServerOptions { ModelDir = _folder, Model = "tiny-ops", Version = "1.1.0", Slot = "blue", Urls = "http://127.0.0.1:0" });
        await _server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"weather"}}""")]
    [InlineData("\"required\"")]
    public async Task Model_that_must_call_calls_with_arguments_of_the_schema(string toolChoice)
    {
        JsonNode choice = (await Ask(toolChoice, stream: false, parallel: false))["choices"]![0]!;
        Assert.Equal("tool_calls", (string?)choice["finish_reason"]);
        Assert.Null(choice["message"]!["content"]);
        JsonNode call = Assert.Single(choice["message"]!["tool_calls"]!.AsArray())!;
        Assert.Matches("^[0-9a-z]{9}$", (string?)call["id"]);
        Assert.Equal("function", (string?)call["type"]);
        JsonNode arguments = JsonNode.Parse((string)call["function"]!["arguments"]!)!;
        if ((string?)call["function"]!["name"] == "weather") Assert.Contains((string?)arguments["city"], new[] { "Athens", "Rome" });
        else Assert.Equal("now", (string?)call["function"]!["name"]);
    }

    [Fact]
    public async Task Stream_of_a_call_has_the_same_call()
    {
        const string Weather = """{"type":"function","function":{"name":"weather"}}""";
        JsonNode whole = (await Ask(Weather, stream: false))["choices"]![0]!["message"]!["tool_calls"]![0]!;
        JsonObject request = Request(Weather, stream: true);
        using HttpResponseMessage response = await _server!.Client.PostAsync(new Uri(Chat, UriKind.Relative), new StringContent(request.ToJsonString()));
        JsonNode[] choices = [.. (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line["data: ".Length..]).Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!["choices"]![0]!)];
        JsonNode[] calls = [.. choices.SelectMany(choice => choice["delta"]!["tool_calls"]?.AsArray() ?? []).Select(call => call!)];
        Assert.Equal((0, whole["function"]!.ToJsonString()), ((int)Assert.Single(calls)["index"]!, calls[0]["function"]!.ToJsonString()));
        Assert.Equal("", string.Concat(choices.Select(choice => (string?)choice["delta"]!["content"])));
        Assert.Equal("tool_calls", (string?)choices[^1]["finish_reason"]);
    }

    [Fact]
    public async Task Model_that_may_but_does_not_call_answers_with_text()
    {
        JsonNode choice = (await Ask("\"auto\"", stream: false))["choices"]![0]!;
        Assert.Null(choice["message"]!["tool_calls"]);
        Assert.NotNull((string?)choice["message"]!["content"]);
    }

    [Theory]
    [InlineData("\"sometimes\"")]
    [InlineData("""{"type":"function","function":{"name":"unknown"}}""")]
    public async Task Wrong_choice_is_refused(string toolChoice)
    {
        (HttpStatusCode status, JsonNode body) = await _server!.Post(Chat, Request(toolChoice, stream: false).ToJsonString());
        Assert.Equal((HttpStatusCode.BadRequest, "tool_choice"), (status, (string?)body["error"]!["param"]));
    }

    [Theory]
    [InlineData("""Let me see. <tool_call>{"name": "a", "arguments": {"x": 1}}</tool_call>""", "Let me see.", "a")]
    [InlineData("""<tool_call>{"name": "a"}</tool_call><tool_call>{"name": "b", "arguments": {}}</tool_call>""", "", "a b")]
    [InlineData("""<tool_call>{"name": "a", "arguments": {}}""", "", "a")]
    [InlineData("""<tool_call>{"name": "unknown"}</tool_call>""", """<tool_call>{"name": "unknown"}</tool_call>""", "")]
    [InlineData("""<tool_call>{"name": "a", "arguments": 7}</tool_call>""", """<tool_call>{"name": "a", "arguments": 7}</tool_call>""", "")]
    [InlineData("<tool_call>nonsense</tool_call> and text", "<tool_call>nonsense</tool_call> and text", "")]
    public void Tagged_calls_are_told_from_text(string answer, string text, string names) => AssertFound(ToolFormat.Tagged, answer, text, names);

    [Theory]
    [InlineData("""[{"name": "a", "arguments": {}}, {"name": "b", "arguments": {}}]""", "", "a b")]
    [InlineData("""{"name": "a", "parameters": {"x": 1}}""", "", "a")]
    [InlineData("""{"answer": 42}""", """{"answer": 42}""", "")]
    [InlineData("""Look: {"name": "a"}""", """Look: {"name": "a"}""", "")]
    public void Bare_calls_are_the_whole_answer(string answer, string text, string names) => AssertFound(ToolFormat.Bare, answer, text, names);

    [Fact]
    public void Calls_after_the_first_are_dropped_where_one_is_asked_for()
    {
        FindToolCalls find = new(ToolFormat.Listed, new HashSet<string> { "a", "b" }, parallel: false);
        Assert.Equal("a", Assert.Single(find.In("""[{"name": "a", "arguments": {}}, {"name": "b", "arguments": {}}]""").Calls).Name);
    }

    [Theory]
    [InlineData("tagged", "<tool_call>\n{0}\n</tool_call>", "<tool_call>\n{0}\n</tool_call>\n<tool_call>\n{1}\n</tool_call>")]
    [InlineData("listed", "[{0}]", "[{0}, {1}]")]
    [InlineData("bare", "{1}", null)]
    public void Model_that_must_call_may_call_several_times_where_its_format_and_the_request_allow_it(string format, string one, string? several)
    {
        ToolFormat written = format switch { "tagged" => ToolFormat.Tagged, "listed" => ToolFormat.Listed, _ => ToolFormat.Bare };
        string first = $$$"""{"name": "a", "{{{written.Arguments}}}": {}}""";
        string second = $$$"""{"name": "b", "{{{written.Arguments}}}": {"x": 1}}""";
        Assert.True(Takes(parallel: true, null, one));
        Assert.True(Takes(parallel: false, null, one));
        if (several is null) return;
        Assert.True(Takes(parallel: true, null, several));
        Assert.False(Takes(parallel: false, null, several));
        Assert.False(Takes(parallel: true, "a", several.Replace("{1}", "{0}", StringComparison.Ordinal)));

        bool Takes(bool parallel, string? function, string text)
        {
            Dictionary<string, JsonElement> functions = new() { ["a"] = JsonElement.Parse("""{"type":"object"}"""), ["b"] = JsonElement.Parse("""{"type":"object"}""") };
            KnownGrammars bytes = new(() => [.. Enumerable.Range(0, 256).Select(value => new ReadOnlyMemory<byte>([(byte)value]))]);
            TokenConstraint constraint = new ToolChoice(Allowed: true, Required: true, function).Constraint(written, functions, parallel, bytes).Begin();
            foreach (byte next in Encoding.UTF8.GetBytes(text.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal)))
            {
                if (!constraint.Allows(next)) return false;
                constraint.Take(next);
            }
            return constraint.MayEnd;
        }
    }

    private static void AssertFound(ToolFormat format, string answer, string text, string names)
    {
        FindToolCalls find = new(format, new HashSet<string> { "a", "b" }, parallel: true);
        (string found, IReadOnlyList<ToolCall> calls) = find.In(answer);
        Assert.Equal((text, names), (found, string.Join(' ', calls.Select(call => call.Name))));
        for (int size = 1; size <= answer.Length; size++)
        {
            HoldToolCalls hold = new(format, find);
            string released = string.Concat(answer.Chunk(size).Select(part => hold.Append(new string(part))));
            (string rest, IReadOnlyList<ToolCall> held) = hold.Complete();
            Assert.Equal((text, names), ((released + rest).Trim(), string.Join(' ', held.Select(call => call.Name))));
        }
    }

    private Task<JsonNode> Ask(string toolChoice, bool stream, bool parallel = true) =>
        _server!.Ask(Chat, JsonSerializer.SerializeToElement(Request(toolChoice, stream, parallel)));

    private static JsonObject Request(string toolChoice, bool stream, bool parallel = true) => new()
    {
        ["parallel_tool_calls"] = parallel,
        ["model"] = "tiny-ops", ["stream"] = stream, ["max_tokens"] = 200, ["temperature"] = 0,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "What is the weather in Athens?" }),
        ["tools"] = JsonNode.Parse(Tools), ["tool_choice"] = JsonNode.Parse(toolChoice),
    };
}
