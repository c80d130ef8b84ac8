using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LlmOps.Gates;

/// <summary>Asks a server's own metrics for the most memory that its process has had resident.</summary>
public sealed class ReadPeakMemory(HttpClient http)
{
    private const double Megabyte = 1e6;

    /// <summary>Our server's name for it, and Prometheus' usual one for the memory of this moment.</summary>
    private static readonly string[] Names = ["llmops_process_peak_memory_bytes", "process_resident_memory_bytes"];

    /// <summary>The peak in MB of 1,000,000 bytes; null when the endpoint does not tell it.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A server without metrics has no value for this one; the gate says what that means.")]
    public async Task<double?> Of(Uri endpoint, CancellationToken cancellation)
    {
        try
        {
            string page = await http.GetStringAsync(new Uri(endpoint, "/metrics"), cancellation);
            return Names.Select(name => Value(page, name)).FirstOrDefault(bytes => bytes is not null) / Megabyte;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static double? Value(string page, string name)
    {
        foreach (string line in page.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is '{' or ' '))
        {
            string value = line[(line.LastIndexOf(' ') + 1)..].TrimEnd('\r');
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double bytes) && double.IsFinite(bytes))
            {
                return bytes;
            }
        }
        return null;
    }
}
