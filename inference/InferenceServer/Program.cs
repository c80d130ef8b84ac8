using LlmOps.Inference;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;

const int Refused = 2;

(ServerOptions? options, string? error) = ServerOptions.Parse(args, Environment.GetEnvironmentVariable);
if (options is null) return Refuse(error);
try
{
    await using WebApplication app = InferenceHost.Build(options);
    EngineThread engine = app.Services.GetRequiredService<EngineThread>();
    try
    {
        await app.RunAsync();
    }
    catch (OperationCanceledException) when (engine.Refusal is not null)
    {
        // The model was refused while the host was still starting.
    }
    return engine.Refusal is { } refusal ? Refuse(refusal) : 0;
}
catch (Exception e) when (e is RefusedModelException or InvalidDataException)
{
    return Refuse(e.Message);
}

static int Refuse(string? reason)
{
    Console.Error.WriteLine($"llmops-inference: {reason}");
    return Refused;
}
