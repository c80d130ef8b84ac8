namespace LlmOps.Inference.Telemetry.Otlp;

/// <summary>What is sent over OTLP, as OpenTelemetry's own environment variables say: nothing unless one names where to.</summary>
internal sealed record OtlpSettings(bool Traces, bool Metrics)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Reads the variables.</summary>
    /// <param name="variables">Looks up an environment variable.</param>
    /// <returns>The settings, or what is wrong with a variable.</returns>
    public static (OtlpSettings? Settings, string? Error) Read(Func<string, string?> variables)
    {
        foreach (string name in new[] { Endpoint, EndpointOf("TRACES"), EndpointOf("METRICS") })
        {
            // The SDK would send to its own default instead.
            if (variables(name) is { Length: > 0 } given && !IsUrl(given)) return (null, $"{name} must be an http or https URL");
        }
        bool disabled = string.Equals(variables("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        return (new OtlpSettings(!disabled && Sends("TRACES"), !disabled && Sends("METRICS")), null);

        bool Sends(string signal) =>
            (variables(Endpoint) is { Length: > 0 } || variables(EndpointOf(signal)) is { Length: > 0 })
            && (variables($"OTEL_{signal}_EXPORTER") is not { Length: > 0 } exporters || exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp"));
    }

    public static string EndpointOf(string signal) => $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
}
