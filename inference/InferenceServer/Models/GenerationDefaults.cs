namespace LlmOps.Inference.Models;

/// <summary>What <c>generation_config.json</c> says of requests that leave the choice open; greedy when there is none.</summary>
internal sealed record GenerationDefaults(bool Sample, double? Temperature, double? TopP, int? TopK, IReadOnlyList<int> EndTokens)
{
    public const string FileName = "generation_config.json";

    public static GenerationDefaults Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, FileName))) return new GenerationDefaults(false, null, null, null, []);
        JsonFile json = JsonFile.Read(folder, FileName);
        return new GenerationDefaults(
            json.OptionalFlag("do_sample") ?? false,
            json.OptionalNumber("temperature"),
            json.OptionalNumber("top_p"),
            json.OptionalInteger("top_k"),
            json.TokenIds("eos_token_id"));
    }
}
