using System.Text.Json;
using LlmOps.LocalHost.Processes;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Stack;

/// <summary>How to reach a running part of a stack: its process, when that started (in clock ticks since boot), and its addresses.</summary>
internal sealed record StackCard(int Pid, Uri Url, Uri? GatewayUrl = null, long? StartTime = null)
{
    /// <summary>The card of this process.</summary>
    public static StackCard OfThisProcess(Uri url, Uri? gatewayUrl) =>
        new(Environment.ProcessId, url, gatewayUrl, ProcFs.StartTime(Environment.ProcessId));

    /// <summary>Whether that very process still runs, and not another that got its number.</summary>
    public bool Runs => ProcFs.StartTime(Pid) is { } started && (StartTime is null || StartTime == started);

    /// <summary>Reads a card whose process is alive; null when there is none.</summary>
    public static StackCard? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        StackCard? card = JsonSerializer.Deserialize<StackCard>(File.ReadAllText(path), Wire.Json);
        return card is { Runs: true } ? card : null;
    }

    public void Write(string path) => WholeFile.Write(path, JsonSerializer.Serialize(this, Wire.Json));
}
