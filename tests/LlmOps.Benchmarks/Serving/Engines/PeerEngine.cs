using System.Diagnostics;
using System.Text.Json;

namespace LlmOps.Benchmarks.Serving.Engines;

/// <summary>A peer in a process of its own that reads bursts line by line and answers them without HTTP, which spares it that cost.</summary>
internal sealed class PeerEngine : ServingEngine
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // An answer takes seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly string _description;

    private PeerEngine(string name, string precision, Process process, string description) : base(name, precision, process) => _description = description;

    public override string Description => _description;

    /// <summary>Starts a peer.</summary>
    /// <exception cref="InvalidOperationException">It cannot run here; the message says why.</exception>
    public static async Task<PeerEngine> Start(string name, string precision, ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        // Since 1.29 the runtime's Linux builds report their use unless told not to.
        start.Environment["ORT_DISABLE_TELEMETRY"] = "1";
        Process process = Process.Start(start)!;
        List<string> errors = [];
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) errors.Add(line.Data); };
        process.BeginErrorReadLine();
        try
        {
            return new PeerEngine(name, precision, process, (await Read(process, errors)).Ready!);
        }
        catch (InvalidOperationException)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public override async Task<IReadOnlyList<StreamTimes>> Answer(Burst burst)
    {
        await Process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(burst, Json));
        await Process.StandardInput.FlushAsync();
        return (await Read(Process, []).WaitAsync(Patience)).Streams!;
    }

    // Libraries may write to the same stream; only objects are ours.
    private static async Task<PeerLine> Read(Process process, List<string> errors)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith('{')) continue;
            PeerLine said = JsonSerializer.Deserialize<PeerLine>(line, Json)!;
            if (said.Error is { } error) throw new InvalidOperationException(error);
            return said;
        }
        throw new InvalidOperationException($"it ended: {string.Join(" | ", errors.TakeLast(3))}");
    }
}
