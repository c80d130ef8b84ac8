using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Tests.Inference.Tokenization;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

/// <summary>Real chat templates of many families, against Hugging Face's JavaScript and Jinja2 itself.</summary>
public sealed class ChatTemplatesEqualTheOracle
{
    private static readonly string[] Templates =
    [
        "tokenizer-llama3", "tokenizer-qwen2_5", "tokenizer-deepseek_v3", "llama3.1:8b", "llama3.2:3b", "llama4:latest", "phi3.5:3.8b", "phi4:14b", "phi4-mini:3.8b",
        "granite3.3:2b", "granite4:latest", "gemma2:2b", "gemma3:270m", "mistral-small:24b", "mistral:7b-instruct-fp16", "smollm2:135m", "olmo2:7b", "hermes3:70b",
        "qwen3:0.6b", "qwen3-coder:30b", "qwq:32b", "command-r:35b", "command-r7b:7b", "deepseek-v3.1:latest", "deepseek-r1:8b", "glm4:9b", "tinyllama:1.1b",
        "yi:6b", "exaone3.5:7.8b", "nemotron:70b", "dbrx:132b", "tulu3:70b", "internlm2:1.8b", "cogito:3b", "opencoder:8b", "openchat:7b",
    ];

    private const string TrimsTextsOnly = "trim of what is no text is an error";
    private const string HasNoReject = "there is no reject";
    private const string EmptyIsFalse = "'' == false is true";

    // Where Hugging Face's JavaScript is not Python; Jinja2 has the last word below.
    private static readonly Dictionary<string, string> Deviations = new()
    {
        ["tokenizer-llama3 toolcall"] = TrimsTextsOnly,
        ["tokenizer-llama3 parts"] = TrimsTextsOnly,
        ["llama3.1:8b parts"] = TrimsTextsOnly,
        ["llama3.2:3b parts"] = TrimsTextsOnly,
        ["gemma2:2b parts"] = TrimsTextsOnly,
        ["nemotron:70b parts"] = TrimsTextsOnly,
        ["qwen3-coder:30b tools"] = HasNoReject,
        ["qwen3-coder:30b tools_sys"] = HasNoReject,
        ["qwen3-coder:30b toolcall"] = HasNoReject,
        ["qwen3-coder:30b toolcalls2"] = HasNoReject,
        ["command-r:35b empty"] = EmptyIsFalse,
        ["dbrx:132b empty"] = EmptyIsFalse,
        ["granite3.3:2b docs"] = "string of what is undefined is an error",
        ["glm4:9b parts"] = "lists print as JSON",
    };

    [RequiresFact(Tool.Oracles)]
    public async Task Prompts_are_those_of_Hugging_Face()
    {
        JsonNode answer = await FromJavaScript([]);
        JsonObject conversations = Conversations();
        Dictionary<string, string> differences = [];
        foreach (JsonNode? row in answer["rendered"]!.AsArray())
        {
            (string name, string conversation, string? expected) = ((string)row![0]!, (string)row[1]!, (string?)row[2]);
            (string? text, string? error) = JinjaCase.Render((string)answer["templates"]![name]!, conversations[conversation]!.AsObject());
            if (text != expected && !JinjaCase.AddsToText(error)) differences[$"{name} {conversation}"] = $"{text ?? error}\nand not\n{expected ?? "an error"}";
        }
        string[] surprises = [.. differences.Where(one => !Deviations.ContainsKey(one.Key)).Select(one => $"{one.Key}: {one.Value}")];
        Assert.True(surprises.Length == 0, $"{surprises.Length} differ:\n{string.Join("\n\n", surprises.Take(5))}");
        Assert.Empty(Deviations.Keys.Except(differences.Keys));
    }

    [RequiresFact(Tool.Oracles, Tool.Jinja2)]
    public async Task Prompts_are_those_of_Jinja2()
    {
        JsonNode answer = await FromJavaScript([]);
        List<JinjaCase> cases = [.. Templates.SelectMany(name => Conversations().Select(conversation =>
            new JinjaCase($"{name} {conversation.Key}", (string)answer["templates"]![name]!, conversation.Value!.AsObject())))];
        await AssertEqualToPython(cases);
    }

    [RequiresFact(Tool.Oracles)]
    public async Task Three_hundred_snippets_are_those_of_Hugging_Face()
    {
        List<JinjaCase> cases = [.. ManySnippets.Of(seed: 1, 300)];
        JsonNode answer = await FromJavaScript(cases);
        JinjaCase.AssertAll(cases, [.. answer["snippets"]!.AsArray().Select(text => (string?)text)], addsToText: true);
    }

    [RequiresFact(Tool.Jinja2)]
    public async Task Three_thousand_snippets_are_those_of_Jinja2() => await AssertEqualToPython([.. ManySnippets.Of(seed: 2, 3000)]);

    private static JsonObject Conversations() =>
        JsonNode.Parse(File.ReadAllText(Repository.At("tests", "LlmOps.Tests", "Interop", "Oracles", "conversations.json")))!.AsObject();

    private static async Task AssertEqualToPython(List<JinjaCase> cases) => await InFolder(async folder =>
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "cases.json"), JinjaCase.Write(cases));
        await Run(Tools.PythonWithJinja2 ?? "python3", "templates.py", Path.Combine(folder, "cases.json"), Path.Combine(folder, "answer.json"));
        JinjaCase.AssertAll(cases, JsonSerializer.Deserialize<string?[]>(await File.ReadAllTextAsync(Path.Combine(folder, "answer.json")))!);
        return 0;
    });

    private static async Task<JsonNode> FromJavaScript(List<JinjaCase> snippets) => await InFolder(async folder =>
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "names.json"), JsonSerializer.Serialize(Templates));
        await File.WriteAllTextAsync(Path.Combine(folder, "snippets.json"), JinjaCase.Write(snippets));
        string conversations = Repository.At("tests", "LlmOps.Tests", "Interop", "Oracles", "conversations.json");
        await Run("node", "templates.mjs", Path.Combine(folder, "names.json"), conversations, Path.Combine(folder, "snippets.json"), Path.Combine(folder, "answer.json"));
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "answer.json")))!;
    });

    private static async Task Run(string program, string script, params string[] files)
    {
        (int exitCode, string output) = await Command.Run(program, [Repository.At("tests", "LlmOps.Tests", "Interop", "Oracles", script), .. files]);
        Assert.True(exitCode == 0, output);
    }

    private static async Task<T> InFolder<T>(Func<string, Task<T>> act)
    {
        string folder = Directory.CreateTempSubdirectory("llmops-oracle-").FullName;
        try
        {
            return await act(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
