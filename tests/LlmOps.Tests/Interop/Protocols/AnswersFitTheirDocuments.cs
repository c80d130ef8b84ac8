using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Tests.Inference;
using LlmOps.Tests.Inference.Embeddings;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop.Protocols;

/// <summary>Requests and answers through a proxy that validates both by the protocols' documents.</summary>
public sealed class AnswersFitTheirDocuments(TinyOpsServer server, EmbedderServer embedder, ToolsServer tools)
    : IClassFixture<TinyOpsServer>, IClassFixture<EmbedderServer>, IClassFixture<ToolsServer>
{
    private const string Chat = "/v1/chat/completions";
    private const string Completions = "/v1/completions";
    private const string Embeddings = "/v1/embeddings";
    private const string Hi = "\"model\":\"tiny-ops\",\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of Greece?\"}]";
    private const string Weather = """
        "model":"tiny-tools","messages":[{"role":"user","content":"Hi"}],
        "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"enum":["Athens","Rome"]}},"required":["city"],"additionalProperties":false}}}]
        """;

    [RequiresFact(Tool.OpenAiSdk, Tool.GitHubSchemas)]
    public async Task Openai_s()
    {
        string document = await OpenAiDocument();
        await using ServersByModel servers = await ServersByModel.Start(("tiny-ops", server), ("tiny-embed", embedder.Server), ("tiny-tools", tools.Server));
        await using Prism prism = await Prism.ProxyOf(document, servers.Url);
        using Judge judge = new(prism);
        await AskForChats(judge);
        await AskForCompletions(judge);
        await AskForTheRest(judge);
        Assert.Empty(judge.Violations);
        Assert.True(judge.StreamedChunks > 20);
        Assert.Empty(await judge.JudgeChunks(document));

        // What is wrong is seen to be wrong: a request, an answer, a chunk. SDKs ask for base64, which the document forgets.
        await judge.PostWrong(Chat, Of(Hi, ""","n":"many" """));
        await judge.PostWrong(Completions, """{"model":"tiny-ops","prompt":"a","logit_bias":{"7":"x"}}""");
        await judge.Post(Embeddings, """{"model":"tiny-embed","input":"a","encoding_format":"base64"}""");
        Assert.NotEmpty(judge.Violations);
        judge.Pretend("CreateChatCompletionStreamResponse", JsonNode.Parse("""{"id":7}""")!);
        Assert.NotEmpty(await judge.JudgeChunks(document));
    }

    [RequiresFact(Tool.GitHubSchemas)]
    public async Task The_open_inference_protocol_s()
    {
        await using ServersByModel servers = await ServersByModel.Start(("tiny-ops", server), ("tiny-embed", embedder.Server));
        await using Prism prism = await Prism.ProxyOf(Repository.At("tests", "LlmOps.Tests", "Interop", "Protocols", "open-inference.yaml"), servers.Url);
        using Judge judge = new(prism);
        foreach (string path in new[] { "/v2", "/v2/health/live", "/v2/health/ready" }) await judge.Get(path);
        foreach (string model in new[] { "/v2/models/tiny-ops", "/v2/models/tiny-ops/versions/1.1.0", "/v2/models/tiny-embed" })
        {
            await judge.Get(model);
            await judge.Get($"{model}/ready");
            await judge.Post($"{model}/infer", """{"id":"1","inputs":[{"name":"text_input","shape":[2],"datatype":"BYTES","data":["Hi","Hello"]}],"outputs":[{"name":"x"}]}""");
            await judge.Post($"{model}/infer", """{"inputs":[{"name":"other","shape":[1],"datatype":"FP32","data":[1]}]}""", 400);
        }
        await judge.Get("/v2/models/other", 404);
        await judge.Get("/v2/models/tiny-ops/versions/9.9.9/ready", 404);
        await judge.Post("/v2/models/other/infer", """{"inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","data":["Hi"]}]}""", 404);
        Assert.Empty(judge.Violations);
        await judge.PostWrong("/v2/models/tiny-ops/infer", """{"inputs":[{"name":"text_input","data":["Hi"]}]}""");
    }

    private static async Task AskForChats(Judge judge)
    {
        await judge.Post(Chat, Of(Hi));
        await judge.Post(Chat, Of(Hi, ""","n":3,"temperature":1,"seed":7,"stop":["x"],"max_completion_tokens":5,"user":"u","frequency_penalty":0.5,"logit_bias":{"7":1}"""));
        await judge.Post(Chat, Of(Hi, ""","logprobs":true,"top_logprobs":3"""));
        await judge.Post(Chat, Of(Hi, ""","response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":{"type":"object","properties":{"a":{"type":"boolean"}},"required":["a"]}}}"""));
        await judge.Post(Chat, Of(Weather, ""","tool_choice":"required" """));
        await judge.Post(Chat, Of(Weather, ""","tool_choice":"none" """));
        const string Chunk = "CreateChatCompletionStreamResponse";
        await judge.Stream(Chat, Of(Hi, ""","stream":true"""), Chunk);
        await judge.Stream(Chat, Of(Hi, ""","stream":true,"n":2,"logprobs":true,"top_logprobs":1,"stream_options":{"include_usage":true}"""), Chunk);
        await judge.Stream(Chat, Of(Weather, ""","tool_choice":"required","stream":true"""), Chunk);
        await judge.Post(Chat, """{"model":"other","messages":[{"role":"user","content":"Hi"}]}""", 404);
        await judge.Post(Chat, Of(Hi, ""","max_tokens":100000"""), 400);
        await judge.Post(Chat, """{"model":"tiny-embed","messages":[{"role":"user","content":"Hi"}]}""", 400);
    }

    private static async Task AskForCompletions(Judge judge)
    {
        const string Hello = "\"model\":\"tiny-ops\",\"prompt\":\"Hello there\"";
        await judge.Post(Completions, Of(Hello));
        await judge.Post(Completions, Of(Hello, ""","echo":true,"logprobs":2,"max_tokens":3"""));
        await judge.Post(Completions, """{"model":"tiny-ops","prompt":["Hi","Hello"],"n":2,"max_tokens":2}""");
        await judge.Post(Completions, """{"model":"tiny-ops","prompt":[5,6,7],"max_tokens":2,"stop":"x"}""");
        const string Chunk = "CreateCompletionStreamResponse";
        await judge.Stream(Completions, Of(Hello, ""","stream":true,"stream_options":{"include_usage":true}"""), Chunk);
        await judge.Stream(Completions, """{"model":"tiny-ops","prompt":["Hi","Hello"],"stream":true,"echo":true,"logprobs":1,"max_tokens":3}""", Chunk);
        await judge.Post(Completions, Of(Hello, ""","suffix":"x" """), 400);
        await judge.Post(Completions, """{"model":"other","prompt":"a"}""", 404);
    }

    private static async Task AskForTheRest(Judge judge)
    {
        await judge.Post(Embeddings, """{"model":"tiny-embed","input":"Hi"}""");
        await judge.Post(Embeddings, """{"model":"tiny-embed","input":["Hi","Hello"],"dimensions":16,"encoding_format":"float","user":"u"}""");
        await judge.Post(Embeddings, """{"model":"tiny-embed","input":[[1,2],[3]]}""");
        await judge.Post(Embeddings, """{"model":"tiny-embed","input":"Hi","dimensions":1000}""", 400);
        await judge.Post(Embeddings, """{"model":"tiny-ops","input":"Hi"}""", 400);
        await judge.Get("/v1/models");
        await judge.Get("/v1/models/tiny-ops");
        await judge.Get("/v1/models/other", 404);
    }

    private static string Of(string fields, string more = "") => $"{{{fields}{more}}}";

    // The published document, which no package brings, where somebody has it; else what the SDK's types make of it.
    private static async Task<string> OpenAiDocument()
    {
        string folder = Repository.At("tests", "LlmOps.Tests", "Interop");
        string[] published = Environment.GetEnvironmentVariable("LLMOPS_OPENAI_DOCUMENT") is { Length: > 0 } file ? [file] : [];
        string target = Path.Combine(folder, "node_modules", published.Length > 0 ? "openai-published.json" : "openai-openapi.json");
        // The build has made the one of the SDK.
        if (published.Length > 0 || !File.Exists(target))
        {
            (int exitCode, string output) = await Command.Run("node", [Path.Combine(folder, "Protocols", "openai.mjs"), target, .. published]);
            Assert.True(exitCode == 0, output);
        }
        return target;
    }
}
