using LlmOps.Inference;

namespace LlmOps.Tests.Inference.Embeddings;

/// <summary>The inference server with an embedder whose embeddings may be cut.</summary>
public sealed class EmbedderServer : IAsyncLifetime
{
    private readonly EmbedderSample _sample = new();

    internal TinyOpsServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _sample.Configure("is_matryoshka", true);
        Server = new TinyOpsServer(new ServerOptions
        {
            ModelDir = _sample.Folder, Model = "tiny-embed", Version = "1.0.0", Slot = "green", Urls = "http://127.0.0.1:0",
        });
        await Server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        _sample.Dispose();
    }
}
