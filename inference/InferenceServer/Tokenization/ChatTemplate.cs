using System.Text.Json;
using LlmOps.Inference.Tokenization.Templates;

namespace LlmOps.Inference.Tokenization;

/// <summary>Turns a conversation into the text that the model was trained to continue.</summary>
internal sealed class ChatTemplate
{
    private readonly Variant _plain;
    private readonly Variant _withTools;
    private readonly TemplateValues _values;
    private readonly TimeProvider _clock;

    private ChatTemplate(TokenizerConfig config, TimeProvider clock)
    {
        _clock = clock;
        _values = new TemplateValues(config.SpecialTokens);
        _plain = Read(config.Templates, "default") ?? throw new TemplateException("of several templates one must be named default");
        _withTools = Read(config.Templates, "tool_use") ?? _plain;
    }

    /// <summary>Whether the template tells the model of functions that it may call.</summary>
    public bool TakesTools => _withTools.Template.Mentions("tools");

    /// <summary>The template's text, of the variant for tools where there is one.</summary>
    public string Source => _withTools.Source;

    /// <summary>Whether the functions that the assistant has called show in the prompt.</summary>
    public bool RendersToolCalls => _plain.Habits.RendersToolCalls || _withTools.Habits.RendersToolCalls;

    /// <summary>Reads the text of a <c>tokenizer_config.json</c> and, where there is one, of the <c>chat_template.jinja</c> beside it, which counts before.</summary>
    /// <returns>Null when neither holds a template.</returns>
    /// <exception cref="TemplateException">The template uses what this interpreter does not know.</exception>
    public static ChatTemplate? Parse(string json, TimeProvider clock, string? file = null)
    {
        TokenizerConfig config = TokenizerConfig.Parse(json);
        if (file is not null) config = config with { Templates = new Dictionary<string, string>(config.Templates) { ["default"] = file } };
        return config.Templates.Count == 0 ? null : new ChatTemplate(config, clock);
    }

    /// <summary>The prompt for a conversation, up to where the assistant's answer begins.</summary>
    /// <exception cref="TemplateException">The template refuses the conversation.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, ChatOptions? options = null)
    {
        options ??= new ChatOptions();
        Variant variant = options.Tools is null ? _plain : _withTools;
        return variant.Template.Render(_values.Of(messages, options, variant.Habits), _clock);
    }

    private Variant? Read(IReadOnlyDictionary<string, string> sources, string name)
    {
        if (!sources.TryGetValue(name, out string? source)) return null;
        Template template = Template.Parse(source);
        return new Variant(source, template, TemplateHabits.Learn(template, _values));
    }

    private sealed record Variant(string Source, Template Template, TemplateHabits Habits);
}
