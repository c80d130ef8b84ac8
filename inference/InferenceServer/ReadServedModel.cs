using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Endpoints.Tools;
using LlmOps.Inference.Models;
using LlmOps.Inference.Tokenization;
using LlmOps.Inference.Tokenization.Templates;

namespace LlmOps.Inference;

/// <summary>Reads what the endpoints need to know from a checked model folder.</summary>
internal static class ReadServedModel
{
    /// <summary>Reads the tokenizer and the chat template.</summary>
    /// <exception cref="RefusedModelException">One of them asks for something unsupported.</exception>
    public static ServedModel From(ModelFolder folder, string slot, TimeProvider clock)
    {
        try
        {
            ChatTemplate? template = ReadTemplate(folder.Path, clock);
            return new ServedModel
            {
                Name = folder.Model,
                Version = folder.Version,
                Digest = folder.Digest,
                Slot = slot,
                StartedAt = clock.GetUtcNow(),
                Tokenizer = new Tokenizer(TokenizerFile.Parse(File.ReadAllText(Path.Combine(folder.Path, "tokenizer.json")))),
                Template = template,
                ToolFormat = template is { TakesTools: true } ? ToolFormat.Of(template.Source) : null,
                Embedding = folder.Embedding,
                EndTokens = folder.EndTokens,
                ContextLength = folder.Decoder.ContextLength,
                VocabularySize = folder.Decoder.VocabularySize,
                Temperature = folder.Defaults.Sample ? folder.Defaults.Temperature ?? 1 : 0,
                TopP = folder.Defaults.TopP ?? 1,
                TopK = folder.Defaults.TopK ?? 0,
            };
        }
        catch (Exception e) when (e is UnsupportedTokenizerException or TemplateException)
        {
            throw new RefusedModelException(e.Message);
        }
    }

    // The file of the template's own is what newer models are saved with.
    private static ChatTemplate? ReadTemplate(string folder, TimeProvider clock)
    {
        string file = Path.Combine(folder, "chat_template.jinja");
        return ChatTemplate.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer_config.json")), clock, File.Exists(file) ? File.ReadAllText(file) : null);
    }
}
