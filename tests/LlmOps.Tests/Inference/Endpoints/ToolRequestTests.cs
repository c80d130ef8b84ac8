using System.Text.Json;
using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Tests.Inference.Endpoints;

/// <summary>Requests that speak of tools, to models whose templates take them or do not.</summary>
public sealed class ToolRequestTests
{
    private const string Template = "{% for t in tools or [] %}<{{ t.function.name }}>{% endfor %}{% for m in messages %}{{ m.role }}:{{ m.content }}{% for c in m.tool_calls %}({{ c.function.arguments | tojson }}){% endfor %};{% endfor %}{{ style }}";
    private const string Hi = """ "messages":[{"role":"user","content":"Hi"}] """;
    private const string Tools = """ "tools":[{"type":"function","function":{"name":"get_it","parameters":{"type":"object"}}}] """;

    [Fact]
    public void Tools_calls_and_variables_reach_the_prompt()
    {
        const string messages = """
            "messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"get_it","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"ok"}]}]
            """;
        Parsed parsed = Read(Template, $$"""{"model":"m",{{Tools}},{{messages}},"chat_template_kwargs":{"style":"brief"} }""");
        Assert.Null(parsed.Error);
        Assert.Equal("""<get_it>user:Hi;assistant:({"a": 1});tool:ok;brief""", Samples.Tokenizer().Decode([.. parsed.Request!.Choices[0].Request.Prompt]));
    }

    [Theory]
    [InlineData("{{ messages[0].content }}", Tools, "tools")]
    [InlineData(Template, """ "tools":7 """, "tools")]
    [InlineData(Template, """ "tools":[{}] """, "tools[0]")]
    [InlineData(Template, """ "tools":[{"type":"function","function":{"name":"a b"}}] """, "tools[0]")]
    [InlineData(Template, """ "tools":[{"type":"function","function":{"name":""}}] """, "tools[0]")]
    [InlineData(Template, """ "tools":[{"type":"function","function":{"name":"a","parameters":[]}}] """, "tools[0]")]
    [InlineData(Template, """ "tools":[{"type":"function","function":{"name":"a","description":"\ud800"}}] """, "tools")]
    public void Wrong_tools_are_refused(string template, string tools, string param)
    {
        Parsed parsed = Read(template, $$"""{"model":"m",{{tools}},{{Hi}}}""");
        Assert.Equal(param, parsed.Error?.Param);
    }

    [Fact]
    public void Calls_that_the_template_would_drop_are_refused()
    {
        const string messages = """ "messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}] """;
        Assert.Equal("messages[0].tool_calls", Read("{{ messages[0].role }}", $$"""{"model":"m",{{messages}}}""").Error?.Param);
        Assert.Null(Read(Template, $$"""{"model":"m",{{messages}}}""").Error);
    }

    private static Parsed Read(string template, string body)
    {
        ServedModel served = new()
        {
            Name = "m", Version = "1", Digest = null, Slot = "blue", StartedAt = DateTimeOffset.UnixEpoch, Tokenizer = Samples.Tokenizer(), ContextLength = 512,
            VocabularySize = 1024, EndTokens = new HashSet<int>(), Temperature = 0, TopP = 1, TopK = 0,
            ToolFormat = null, Template = ChatTemplate.Parse(JsonSerializer.Serialize(new { chat_template = template }), TimeProvider.System),
        };
        using JsonDocument json = JsonDocument.Parse(body);
        return new ReadChatRequest(served).Read(json.RootElement.Clone(), new Envelope("id", 0, "m", "f"));
    }
}
