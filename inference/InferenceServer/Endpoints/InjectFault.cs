using System.Text.Json;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>POST /dev/fault</c>, in development only: makes inference requests fail, slow or hang, while health stays good.</summary>
internal sealed class InjectFault(TimeProvider clock, IHostApplicationLifetime host)
{
    private static readonly string[] Modes = ["none", "error", "slow", "hang"];
    private readonly Lock _lock = new();
    private FaultSetting _setting = new("none", 1, 0);
    private double _due;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/dev/fault", Set);

    /// <summary>Goes before the inference endpoints.</summary>
    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        bool inference = http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) && HttpMethods.IsPost(http.Request.Method);
        FaultSetting setting = inference ? Next() : new FaultSetting("none", 0, 0);
        switch (setting.Mode)
        {
            case "error":
                await ApiError.Failed("A fault was injected.").WriteAsync(http);
                return;
            case "slow":
                await Task.Delay(TimeSpan.FromMilliseconds(setting.DelayMs), clock, http.RequestAborted);
                break;
            case "hang":
                await UntilGone(http);
                break;
        }
        await next(http);
    }

    private async Task UntilGone(HttpContext http)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, gone.Token);
    }

    /// <summary>Spreads the faults evenly: every second request at a rate of 0.5.</summary>
    private FaultSetting Next()
    {
        lock (_lock)
        {
            _due += _setting.Rate;
            if (_due < 1) return _setting with { Mode = "none" };
            _due -= 1;
            return _setting;
        }
    }

    private async Task Set(HttpContext http)
    {
        (FaultSetting? setting, ApiError? refusal) = await Read(http);
        if (setting is null)
        {
            await refusal!.WriteAsync(http);
            return;
        }
        lock (_lock) (_setting, _due) = (setting, 0);
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, setting);
    }

    private static async Task<(FaultSetting? Setting, ApiError? Refusal)> Read(HttpContext http)
    {
        try
        {
            JsonElement body = await WireJson.ReadAsync(http);
            if (body.ValueKind != JsonValueKind.Object) return (null, ApiError.Invalid(null, "The body must be a JSON object."));
            RequestFields fields = new(body);
            string mode = fields.Text("mode") ?? "";
            if (!Modes.Contains(mode)) fields.Refuse("mode", $"'mode' must be one of {string.Join(", ", Modes)}.");
            FaultSetting setting = new(mode, fields.Number("rate", 0, 1) ?? 1, (int)(fields.Integer("delayMs", 0, 600_000) ?? 0));
            return fields.Error is { } error ? (null, error) : (setting, null);
        }
        catch (JsonException e)
        {
            return (null, ApiError.Invalid(null, $"The body is not valid JSON: {e.Message}"));
        }
    }
}
