using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Tests.Inference;
using LlmOps.Tests.Inference.Endpoints;

namespace LlmOps.Tests.Interop.Protocols;

/// <summary>The inference server with a model whose chat template takes tools.</summary>
public sealed class ToolsServer : IAsyncLifetime
{
    private readonly string _folder = Samples.Copy();

    internal TinyOpsServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        File.Delete(Path.Combine(_folder, "release.json"));
        string config = Path.Combine(_folder, "tokenizer_config.json");
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        json["chat_template"] = ToolTests.Template;
        await File.WriteAllTextAsync(config, json.ToJsonString());
        Server = new TinyOpsServer(new ServerOptions { ModelDir = _folder, Model = "tiny-tools", Version = "1.0.0", Slot = "blue", Urls = "http://127.0.0.1:0" });
        await Server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
