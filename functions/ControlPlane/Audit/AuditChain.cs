using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Audit;

/// <summary>Whether the chain holds: entries in order, each sealed over the one before; a failure names the first bad entry.</summary>
public sealed record ChainVerdict(bool Holds, long Entries, string Head, string Text);

/// <summary>Reading and proving the chain of entries.</summary>
public static class AuditChain
{
    /// <summary>Parses a line of a segment; throws <see cref="InvalidDataException"/> that names the segment.</summary>
    public static AuditEntry ParseLine(string line, string segment)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, Wire.Json) ?? throw new InvalidDataException($"audit/{segment} holds null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"audit/{segment} holds a line that is not an entry: {error.Message}", error);
        }
    }

    /// <summary>Proves lines in order. Each must be, byte for byte, what its entry would be written as.</summary>
    public static ChainVerdict Verify(IEnumerable<(string Line, string Segment)> lines)
    {
        string previous = AuditEntry.Root;
        long count = 0;
        foreach ((string line, string segment) in lines)
        {
            count++;
            if (Fault(line, segment, count, previous) is { } fault)
            {
                return new ChainVerdict(false, count, previous, fault);
            }
            previous = ParseLine(line, segment).Hash;
        }
        return new ChainVerdict(true, count, previous, $"{count} entries, head {previous}");
    }

    private static string? Fault(string line, string segment, long expected, string previous)
    {
        AuditEntry entry;
        try
        {
            entry = ParseLine(line, segment);
        }
        catch (InvalidDataException error)
        {
            return $"entry {expected}: {error.Message}";
        }
        string name = $"entry {expected} ({entry.Id}) in audit/{segment}";
        return entry switch
        {
            _ when entry.Sequence != expected => $"{name}: numbered {entry.Sequence}",
            _ when entry.Previous != previous => $"{name}: does not follow the entry before it",
            _ when entry.ComputeHash() != entry.Hash => $"{name}: its content does not match its hash",
            _ when entry.ToLine() != line => $"{name}: its text was changed",
            _ => null,
        };
    }
}
