using LlmOps.Inference;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Devices;
using LlmOps.Inference.Telemetry;

const int Failed = 1;
const int Refused = 2;

(ServerOptions? options, string? error) = ServerOptions.Parse(args, Environment.GetEnvironmentVariable);
if (options is null) return Refuse(error);
try
{
    (int code, bool leavesLoading) = await Serve(options);
    if (leavesLoading) LeaveProcess.At(code);
    return code;
}
catch (Exception e) when (e is RefusedModelException or InvalidDataException or MissingDeviceException)
{
    return Refuse(e.Message);
}

static async Task<(int Code, bool LeavesLoading)> Serve(ServerOptions options)
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
    int code = versions switch
    {
        { Failure: { } failure } => Tell(Failed, $"the engine failed: {failure}"),
        { Refusal: { } refusal } => Refuse(refusal),
        _ => 0,
    };
    return (code, versions.LeavesLoading);
}

static int Refuse(string? reason) => Tell(Refused, reason ?? "");

static int Tell(int code, string what)
{
    Console.Error.WriteLine($"llmops-inference: {PlainText.OneLine(what, most: 10_000)}");
    return code;
}
