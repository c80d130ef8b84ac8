namespace LlmOps.Inference.Telemetry.Otlp;

/// <summary>
/// The environment as one signal's exporter should see it: what is set for the signal goes before what is set for all. The SDK's
/// exporters of one signal read only the latter.
/// </summary>
internal sealed class SignalVariables(string signal, Func<string, string?> variables) : ConfigurationProvider
{
    private const string General = "OTEL_EXPORTER_OTLP_";

    /// <summary>As the SDK asks for it.</summary>
    public static IConfiguration Of(string signal, Func<string, string?> variables) => new ConfigurationRoot([new SignalVariables(signal, variables)]);

    public override bool TryGet(string key, out string? value)
    {
        // An endpoint of the signal's own is taken as it is, without a path added; the exporter is told so by other means.
        bool general = key.StartsWith(General, StringComparison.Ordinal) && key != $"{General}ENDPOINT";
        value = (general ? variables($"{General}{signal}_{key[General.Length..]}") : null) ?? variables(key);
        return value is not null;
    }
}
