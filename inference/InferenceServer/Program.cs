using LlmOps.Inference;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Devices;

const int Failed = 1;
const int Refused = 2;

(ServerOptions? options, string? error) = ServerOptions.Parse(args, Environment.GetEnvironmentVariable);
if (options is null) return Refuse(error);
try
{
    await using WebApplication app = InferenceHost.Build(options);
    HostVersions versions = app.Services.GetRequiredService<HostVersions>();
    CancellationToken stopping = app.Lifetime.ApplicationStopping;
    try
    {
        await app.RunAsync();
    }
    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
    {
        // Told to stop, or the model was refused, while the host was still starting.
    }
    if (versions.Failure is { } failure)
    {
        Console.Error.WriteLine($"llmops-inference: the engine failed: {failure}");
        return Failed;
    }
    return versions.Refusal is { } refusal ? Refuse(refusal) : 0;
}
catch (Exception e) when (e is RefusedModelException or InvalidDataException or MissingDeviceException)
{
    return Refuse(e.Message);
}

static int Refuse(string? reason)
{
    Console.Error.WriteLine($"llmops-inference: {reason}");
    return Refused;
}
