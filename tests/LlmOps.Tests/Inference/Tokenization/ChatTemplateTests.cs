using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference.Tokenization;
using LlmOps.Inference.Tokenization.Templates;
using LlmOps.Inference.Tokenization.Templates.Values;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Tokenization;

public sealed class ChatTemplateTests
{
    private static readonly ChatMessage[] Conversation = [new("system", "Be brief."), new("user", " Hi "), new("assistant", "Hello!"), new("user", "Bye")];

    [Fact]
    public void Sample_template_gives_the_ids_of_an_independent_implementation()
    {
        JsonNode fixture = JsonNode.Parse(File.ReadAllText(Repository.At("tests", "LlmOps.Tests", "Inference", "Tokenization", "tokenizer-cases.json")))!;
        ChatMessage[] messages = [.. fixture["chat"]!.AsArray().Select(m => new ChatMessage((string)m!["role"]!, (string)m["content"]!))];
        ChatTemplate template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(Samples.Folder("1.1.0"), "tokenizer_config.json")), TimeProvider.System)!;
        int[] expected = [.. fixture["chat_ids"]!.AsArray().Select(id => (int)id!)];
        Assert.Equal(expected, Samples.Tokenizer().Encode(template.Render(messages)));
    }

    [Fact]
    public void ChatML_is_rendered()
    {
        const string source = """
            {%- for message in messages %}
                {{- '<|im_start|>' + message.role + '\n' + message.content | trim + '<|im_end|>\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|im_start|>assistant\n' }}
            {%- endif %}
            """;
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            Render(source, Conversation));
    }

    [Fact]
    public void Llama_style_is_rendered()
    {
        const string source = """
            {% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% endif %}
            {% for message in loop_messages %}
            {% if message.role not in ['x'] and loop.first and system is defined %}[{{ system }}]{% endif %}
            {{ loop.index0 ~ message['content'].strip() }}{% if not loop.last %};{% endif %}
            {% endfor %}
            """;
        Assert.Equal("[Be brief.]0Hi;1Hello!;2Bye", Render(source.Replace("['x']", "'x'", StringComparison.Ordinal), Conversation));
    }

    [Theory]
    [InlineData("{{ none }}{{ missing }}|{{ 1 + 2 }}|{{ tools }}{{ documents }}{{ bos_token }}", "None|3|NoneNone<s>")]
    [InlineData("{{ 'a' if true }}", "a")]
    [InlineData("{{ messages | length }} {{ 'aB' | upper }} {{ 'aB' | lower }}", "4 AB ab")]
    [InlineData("{{ messages[-1] | tojson }}", """{"role": "user", "content": "Bye"}""")]
    [InlineData("{% set x = missing is defined or 'y' %}{{ x }}", "y")]
    [InlineData("{# note #}a  {%- if true -%}  b {% endif %}", "ab ")]
    public void Expressions_behave_as_in_Jinja(string source, string expected) => Assert.Equal(expected, Render(source, Conversation));

    [Fact]
    public void Template_may_refuse_a_conversation()
    {
        TemplateException refusal = Assert.ThrowsAny<TemplateException>(() => Render("{{ raise_exception('roles must alternate') }}", Conversation));
        Assert.Equal("roles must alternate", refusal.Message);
    }

    [Fact]
    public void Tool_calls_reach_the_template_as_values()
    {
        const string source = "{% for m in messages %}{{ m | tojson }};{% endfor %}{{ tools | tojson }}{{ enable_thinking }}";
        string prompt = Parse(source).Render(Calls, new ChatOptions { Tools = new Sequence(["f"]), Variables = new Dictionary<string, object?> { ["enable_thinking"] = false } });
        Assert.Equal("""
            {"role": "user", "content": "Weather?"};{"role": "assistant", "content": null, "reasoning_content": "hm", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "get", "arguments": {"city": "Paris"}}}]};{"role": "tool", "content": "3", "name": "get", "tool_call_id": "1"};["f"]False
            """.Trim(), prompt);
    }

    [Theory]
    [InlineData("{{ messages[1].tool_calls[0].function.arguments + '' if messages[1].tool_calls else '' }}", """{"city":"Paris"}""")]
    [InlineData("{% for m in messages %}{{ m.content + '|' }}{% for c in m.tool_calls %}{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}", """Weather?||{"city": "Paris"}3|""")]
    [InlineData("{% for m in messages %}{{ m.content[0].text }}{% for c in m.tool_calls %}{{ c.function.arguments.values() | list | first }}{% endfor %}{% endfor %}", "Weather?Paris3")]
    public void Calls_are_written_as_the_template_wants_them(string source, string expected)
    {
        ChatTemplate template = Parse(source);
        Assert.True(template.RendersToolCalls);
        Assert.Equal(expected, template.Render(Calls));
    }

    [Fact]
    public void Template_that_drops_tool_calls_is_known() => Assert.False(Parse("{% for m in messages %}{{ m.content }}{% endfor %}").RendersToolCalls);

    [Fact]
    public void Tools_choose_the_template_of_their_own()
    {
        const string list = """{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "with {{ tools | length }}"}], "eos_token": {"content": "</s>"}}""";
        ChatTemplate template = ChatTemplate.Parse(list, TimeProvider.System)!;
        Assert.Equal(("plain", "with 1"), (template.Render(Conversation), template.Render(Conversation, new ChatOptions { Tools = new Sequence([1L]) })));
        Assert.True(template.TakesTools);
        Assert.Throws<TemplateException>(() => ChatTemplate.Parse("""{"chat_template": [{"name": "rag", "template": ""}]}""", TimeProvider.System));
        Assert.Throws<TemplateException>(() => ChatTemplate.Parse("""{"chat_template": 7}""", TimeProvider.System));
    }

    [Fact]
    public void Template_in_its_own_file_counts_before_the_config()
    {
        const string config = """{"chat_template": "old", "bos_token": null, "eos_token": {"content": "</s>"}}""";
        Assert.Equal("new</s>|", ChatTemplate.Parse(config, TimeProvider.System, "new{{ eos_token }}|{{ bos_token }}")!.Render(Conversation));
        Assert.Equal("old", ChatTemplate.Parse(config, TimeProvider.System)!.Render(Conversation));
        Assert.Null(ChatTemplate.Parse("{}", TimeProvider.System));
    }

    private static readonly ChatMessage[] Calls =
    [
        new("user", "Weather?"),
        new("assistant", null) { ReasoningContent = "hm", ToolCalls = [new("1", "get", """{"city":"Paris"}""")] },
        new("tool", "3") { Name = "get", ToolCallId = "1" },
    ];

    private static ChatTemplate Parse(string source) =>
        ChatTemplate.Parse(JsonSerializer.Serialize(new { chat_template = source, bos_token = "<s>", eos_token = "</s>" }), TimeProvider.System)!;

    private static string Render(string source, IReadOnlyList<ChatMessage> messages) => Parse(source).Render(messages);
}
