// An inference server without a model, for tests of what runs and routes servers: same flags, same paths, same manners.
using LlmOps.FakeServer;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
WebApplication app = builder.Build();

string version = Path.GetFileName(Path.TrimEndingDirectorySeparator(app.Configuration["model-dir"] ?? ""));
string slot = app.Configuration["slot"] ?? "";
if (version.Contains("crash", StringComparison.Ordinal))
{
    await Console.Error.WriteLineAsync($"fatal: cannot load version {version}");
    return 3;
}

long started = TimeProvider.System.GetTimestamp();
TimeSpan readyAfter = TimeSpan.FromMilliseconds(200);
Fault fault = Fault.None;
int answered = 0;
int failed = 0;

app.MapGet("/health/live", () => "ok");
app.MapGet("/health/ready", () => Results.StatusCode(TimeProvider.System.GetElapsedTime(started) < readyAfter ? 503 : 200));
app.MapGet("/metrics", () => $$"""
    # TYPE fake_up gauge
    fake_up{version="{{version}}",slot="{{slot}}"} 1
    # TYPE vllm:request_success_total counter
    vllm:request_success_total{model_name="tiny-ops",version="{{version}}",slot="{{slot}}",finished_reason="stop"} 5
    vllm:request_success_total{model_name="tiny-ops",version="{{version}}",slot="{{slot}}",finished_reason="length"} 2
    # TYPE llmops_requests_total counter
    llmops_requests_total{model_name="tiny-ops",version="{{version}}",slot="{{slot}}",code="200",endpoint="chat_completions"} {{answered}}
    llmops_requests_total{model_name="tiny-ops",version="{{version}}",slot="{{slot}}",code="500",endpoint="chat_completions"} {{failed}}

    """.ReplaceLineEndings("\n"));
app.MapPost("/v1/chat/completions", async (HttpContext context) =>
{
    switch (fault)
    {
        case Fault.Error:
            context.Response.StatusCode = 500;
            Interlocked.Increment(ref failed);
            return;
        case Fault.Hang:
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return;
        case Fault.Exit:
            Environment.Exit(4);
            return;
    }
    await Completions.Answer(context, version);
    Interlocked.Increment(ref answered);
});
if (app.Environment.IsDevelopment())
{
    app.MapPost("/dev/fault", (string mode) =>
    {
        fault = Enum.Parse<Fault>(mode, ignoreCase: true);
        return Results.NoContent();
    });
}
await app.RunAsync();
return 0;
