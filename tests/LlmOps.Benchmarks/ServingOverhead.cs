using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Text.Json;
using LlmOps.Inference;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Benchmarks;

/// <summary>What HTTP, queue, sampling and text cost: greedy tokens per second through the server, against the bare decode loop.</summary>
internal static class ServingOverhead
{
    private const int Rounds = 15;
    private const int Tokens = 256;
    private static readonly int[] Prompt = [1, 4, 100, 101, 102, 103, 2, 5];

    public static async Task<Comparison> Run(string root)
    {
        string folder = Path.Combine(root, "samples", "models", "tiny-ops", "1.1.0");
        ServerOptions options = new() { ModelDir = folder, Slot = "blue", Urls = "http://127.0.0.1:0" };
        await using WebApplication app = InferenceHost.Build(options);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using HttpClient http = new() { BaseAddress = new Uri(address) };
        await UntilReady(http);
        using IExecutor bare = OnnxModel.Load(ModelFolder.Open(folder, null, null, requireRelease: false), options.Threads, rows: 1);
        List<Round> rounds = [];
        for (int i = -2; i < Rounds; i++)
        {
            Round round = new(await ThroughServer(http), Bare(bare));
            if (i >= 0)
            {
                rounds.Add(round);
            }
        }
        await app.StopAsync();
        return Comparison.Of("greedy decoding of one stream through the server", "tokens/s", "the bare decode loop", rounds);
    }

    // The end token is biased away in neither: the loop and the server stop where the model stops.
    private static double Bare(IExecutor model)
    {
        long start = TimeProvider.System.GetTimestamp();
        int generated = 0;
        for (int run = 0; generated < Tokens; run++)
        {
            generated += Decode(model, Prompt);
        }
        return generated / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static int Decode(IExecutor model, int[] prompt)
    {
        int past = prompt.Length;
        int next = TensorPrimitives.IndexOfMax(model.Prefill(0, prompt, 0));
        int generated = 1;
        while (next != 2 && generated < Tokens)
        {
            next = TensorPrimitives.IndexOfMax(model.Decode([next], [past++]));
            generated++;
        }
        return generated;
    }

    private static async Task<double> ThroughServer(HttpClient http)
    {
        long start = TimeProvider.System.GetTimestamp();
        int generated = 0;
        while (generated < Tokens)
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync(
                "/v1/completions", new { model = "tiny-ops", prompt = Prompt, max_tokens = Tokens, temperature = 0 });
            using JsonDocument body = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
            generated += body.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
        }
        return generated / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task UntilReady(HttpClient http)
    {
        while (!(await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode)
        {
            await Task.Delay(20);
        }
    }
}
