using LlmOps.Inference.Models;
using LlmOps.Inference.Tokenization;
using LlmOps.Inference.Tokenization.Templates;

namespace LlmOps.Inference.Endpoints;

/// <summary>The version that this process serves, as its endpoints need to know it.</summary>
internal sealed class ServedModel
{
    private readonly ModelFolder _folder;

    /// <summary>Reads the tokenizer and the chat template of a checked folder.</summary>
    /// <exception cref="RefusedModelException">One of them asks for something unsupported.</exception>
    public ServedModel(ModelFolder folder, string slot, TimeProvider clock)
    {
        (_folder, Slot, StartedAt) = (folder, slot, clock.GetUtcNow());
        try
        {
            Tokenizer = new Tokenizer(TokenizerFile.Parse(File.ReadAllText(Path.Combine(folder.Path, "tokenizer.json"))));
            Template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(folder.Path, "tokenizer_config.json")));
        }
        catch (Exception e) when (e is UnsupportedTokenizerException or TemplateException)
        {
            throw new RefusedModelException(e.Message);
        }
    }

    public string Name => _folder.Model;

    public string Version => _folder.Version;

    public string? Digest => _folder.Digest;

    public string Slot { get; }

    public DateTimeOffset StartedAt { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>Null when the model has no chat template.</summary>
    public ChatTemplate? Template { get; }

    /// <summary>Longest prompt and answer together, in tokens.</summary>
    public int ContextLength => _folder.Decoder.ContextLength;

    /// <summary>What a request gets that states no temperature; 0 is greedy.</summary>
    public double Temperature => _folder.Defaults.Sample ? _folder.Defaults.Temperature ?? 1 : 0;

    public double TopP => _folder.Defaults.TopP ?? 1;

    /// <summary>Number of likeliest tokens kept; 0 keeps all.</summary>
    public int TopK => _folder.Defaults.TopK ?? 0;

    public bool Answers(string model) => model == Name || model == $"{Name}@{Version}";
}
