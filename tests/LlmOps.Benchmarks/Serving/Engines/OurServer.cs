using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving.Engines;

/// <summary>The inference server as it is shipped, asked over HTTP for streamed completions.</summary>
internal sealed class OurServer : ServingEngine
{
    public const string EngineName = "ours";
    private const string Prefix = "data: ";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(10) };

    private readonly Uri _address;

    private OurServer(string precision, Process process, Uri address) : base(EngineName, precision, process) => _address = address;

    public override string Description => "LlmOps.InferenceServer over HTTP with server-sent events, fp32 cache";

    public static async Task<OurServer> Start(GeneratedModel model, string precision, int threads, int rows)
    {
        Uri address = new($"http://127.0.0.1:{FreePort()}");
        string executable = Path.Combine(AppContext.BaseDirectory, "LlmOps.InferenceServer");
        string[] arguments =
        [
            "--model-dir", model.Onnx(precision), "--slot", "blue", "--model", "random", "--version", precision, "--urls", address.AbsoluteUri,
            "--threads", $"{threads}", "--rows", $"{rows}",
        ];
        Process process = Process.Start(new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) Console.Error.WriteLine(line.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        OurServer server = new(precision, process, address);
        await server.UntilReady();
        return server;
    }

    public override async Task<IReadOnlyList<StreamTimes>> Answer(Burst burst)
    {
        long start = TimeProvider.System.GetTimestamp();
        return await Task.WhenAll(burst.Prompts.Select(prompt => Answer(prompt, burst.Tokens, start)));
    }

    private async Task<StreamTimes> Answer(IReadOnlyList<int> prompt, int tokens, long start)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_address, "/v1/completions"))
        {
            Content = JsonContent.Create(new { model = "random", prompt, max_tokens = tokens, temperature = 0, stream = true }),
        };
        using HttpResponseMessage response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"ours: {await response.Content.ReadAsStringAsync()}");
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        List<int> ids = [];
        List<double> times = [];
        while (await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(Prefix, StringComparison.Ordinal) || line.EndsWith("[DONE]", StringComparison.Ordinal)) continue;
            double now = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
            foreach (int id in Words(line.AsMemory(Prefix.Length)))
            {
                ids.Add(id);
                times.Add(now);
            }
        }
        return new StreamTimes(ids, times);
    }

    // Each token of the generated model reads " w" and its number.
    private static List<int> Words(ReadOnlyMemory<char> json)
    {
        using JsonDocument piece = JsonDocument.Parse(json);
        if (piece.RootElement.TryGetProperty("error", out JsonElement error)) throw new InvalidOperationException($"ours: {error}");
        string text = piece.RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!;
        return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => int.Parse(word.AsSpan(1), CultureInfo.InvariantCulture))];
    }

    private async Task UntilReady()
    {
        while (true)
        {
            if (Process.HasExited) throw new InvalidOperationException($"our server ended with {Process.ExitCode}");
            try
            {
                if ((await Http.GetAsync(new Uri(_address, "/health/ready"))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50);
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
