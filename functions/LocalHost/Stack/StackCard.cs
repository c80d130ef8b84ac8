using System.Text.Json;
using LlmOps.LocalHost.Processes;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Stack;

/// <summary>How to reach a running part of a stack: its process and its addresses.</summary>
internal sealed record StackCard(int Pid, Uri Url, Uri? GatewayUrl = null)
{
    /// <summary>Reads a card whose process is alive; null when there is none.</summary>
    public static StackCard? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        StackCard? card = JsonSerializer.Deserialize<StackCard>(File.ReadAllText(path), Wire.Json);
        return card is not null && Directory.Exists($"/proc/{card.Pid}") ? card : null;
    }

    public void Write(string path) => WholeFile.Write(path, JsonSerializer.Serialize(this, Wire.Json));
}
