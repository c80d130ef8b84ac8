using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference.Tokenization;
using LlmOps.Inference.Tokenization.Templates;
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
        ChatTemplate template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(Samples.Folder("1.1.0"), "tokenizer_config.json")))!;
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
        Assert.Contains("list", Assert.Throws<TemplateException>(() => Render(source.Replace("messages[1:]", "1", StringComparison.Ordinal).Replace("['x']", "'x'", StringComparison.Ordinal), Conversation)).Message, StringComparison.Ordinal);
        Assert.Equal("[Be brief.]0Hi;1Hello!;2Bye", Render(source.Replace("['x']", "'x'", StringComparison.Ordinal), Conversation));
    }

    [Theory]
    [InlineData("{{ none }}{{ missing }}|{{ 1 + 2 }}", "None|3")]
    [InlineData("{{ 'a' if true }}", null)]
    [InlineData("{{ messages | length }} {{ 'aB' | upper }} {{ 'aB' | lower }}", "4 AB ab")]
    [InlineData("{{ messages[-1] | tojson }}", """{"role":"user","content":"Bye"}""")]
    [InlineData("{% set x = missing is defined or 'y' %}{{ x }}", "y")]
    [InlineData("{# note #}a  {%- if true -%}  b {% endif %}", "ab ")]
    public void Expressions_behave_as_in_Jinja(string source, string? expected)
    {
        if (expected is null) Assert.Throws<TemplateException>(() => Render(source, Conversation));
        else Assert.Equal(expected, Render(source, Conversation));
    }

    [Theory]
    [InlineData("{% macro f() %}{% endmacro %}", "macro")]
    [InlineData("{{ x | selectattr }}", "selectattr")]
    [InlineData("{{ strftime_now() }}", "strftime_now")]
    [InlineData("{{ x is mapping }}", "mapping")]
    [InlineData("{{ x.split(',') }}", "split")]
    [InlineData("{% if a %}", "if is not closed")]
    [InlineData("{% endfor %}", "endfor closes nothing")]
    [InlineData("{{ 'open }}", "not closed")]
    public void Unsupported_constructs_are_named_at_load(string source, string named)
    {
        Assert.Contains(named, Assert.Throws<TemplateException>(() => Parse(source)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_may_refuse_a_conversation()
    {
        TemplateException refusal = Assert.Throws<TemplateException>(() => Render("{{ raise_exception('roles must alternate') }}", Conversation));
        Assert.Equal("roles must alternate", refusal.Message);
    }

    private static ChatTemplate Parse(string source) =>
        ChatTemplate.Parse(JsonSerializer.Serialize(new { chat_template = source, bos_token = "<s>", eos_token = "</s>" }))!;

    private static string Render(string source, IReadOnlyList<ChatMessage> messages) => Parse(source).Render(messages);
}
