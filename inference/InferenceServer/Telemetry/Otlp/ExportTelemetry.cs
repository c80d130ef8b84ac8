using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LlmOps.Inference.Telemetry.Otlp;

/// <summary>Sends spans and metrics over OTLP for as long as it lives; what is left is sent when it ends.</summary>
internal sealed class ExportTelemetry : IDisposable
{
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    /// <summary>Begins to send what the settings say; with nothing to send it does nothing at all.</summary>
    /// <param name="settings">Which signals are sent.</param>
    /// <param name="variables">Looks up an environment variable; the SDK reads its own settings from there.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="slot">Slot that this process fills.</param>
    public ExportTelemetry(OtlpSettings settings, Func<string, string?> variables, string model, string slot)
    {
        if (settings.Traces)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(SignalVariables.Of("TRACES", variables)))
                .SetResourceBuilder(Describe(model, slot))
                .AddSource(GenAiMetrics.Scope)
                .AddOtlpExporter(exporter => SendTo(exporter, variables(OtlpSettings.EndpointOf("TRACES"))))
                .Build();
        }
        if (settings.Metrics)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(SignalVariables.Of("METRICS", variables)))
                .SetResourceBuilder(Describe(model, slot))
                .AddMeter(GenAiMetrics.Scope)
                .AddOtlpExporter(exporter => SendTo(exporter, variables(OtlpSettings.EndpointOf("METRICS"))))
                .Build();
        }
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    // The environment goes last, because it has the last word. The version that is served may change; spans and metrics name it.
    private static ResourceBuilder Describe(string model, string slot) => ResourceBuilder.CreateEmpty()
        .AddService("llmops-inference", serviceVersion: ServerVersion())
        .AddTelemetrySdk()
        .AddAttributes([new("llmops.model", model), new("llmops.slot", slot)])
        .AddEnvironmentVariableDetector();

    private static string? ServerVersion() =>
        typeof(ExportTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static void SendTo(OtlpExporterOptions exporter, string? own)
    {
        if (!string.IsNullOrEmpty(own)) exporter.Endpoint = new Uri(own);
    }
}
