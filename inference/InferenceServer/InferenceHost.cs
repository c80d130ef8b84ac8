using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Endpoints.Embeddings;
using LlmOps.Inference.Endpoints.Keys;
using LlmOps.Inference.Endpoints.OpenInference;
using LlmOps.Inference.Endpoints.OpenInference.Repository;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Devices;
using LlmOps.Inference.Models.Fetching;
using LlmOps.Inference.Telemetry;
using LlmOps.Inference.Telemetry.Otlp;
using Microsoft.Extensions.Logging.Console;

namespace LlmOps.Inference;

/// <summary>Puts the server together.</summary>
internal static class InferenceHost
{
    /// <summary>Checks the model's folder, unless it is to be fetched, and builds the server, not yet started.</summary>
    /// <exception cref="RefusedModelException">The folder must not be served.</exception>
    /// <exception cref="InvalidDataException">The file of keys cannot be used.</exception>
    /// <exception cref="MissingDeviceException">The device that is to be computed on is not there.</exception>
    public static WebApplication Build(ServerOptions options)
    {
        ApiKeyFile? keys = options.ApiKeys is null ? null : ApiKeyFile.Read(options.ApiKeys);
        ComputeDevice device = OpenDevice.Open(options.Cuda);

        // An empty builder reads no settings files from the working directory and starts faster.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AnswerRequest.MaxBodyBytes;
        });
        if (options.Urls is not null) builder.WebHost.UseUrls(options.Urls);
        WriteLog(builder.Logging, options.JsonLog);
        Register(builder.Services, options, device);
        if (keys is not null) builder.Services.AddSingleton(keys).AddSingleton<RequireKey>();

        WebApplication app = builder.Build();
        if (app.Services.GetRequiredService<OpenFirst>().AtOnce() is { } first) app.Services.GetRequiredService<LiveVersion>().Exchange(first);
        _ = app.Services.GetRequiredService<ExportTelemetry>();
        app.Use(app.Services.GetRequiredService<ObserveRequest>().Invoke);
        app.Use(app.Services.GetRequiredService<CountAnswers>().Invoke);
        if (keys is not null) app.Use(app.Services.GetRequiredService<RequireKey>().Invoke);
        UnknownPath.Use(app);
        MapEndpoints(app, options);
        return app;
    }

    // One record a line in both formats.
    private static void WriteLog(ILoggingBuilder logging, bool json)
    {
        if (json) logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        else logging.AddConsole(console => console.FormatterName = OneLineConsole.FormatName).AddConsoleFormatter<OneLineConsole, ConsoleFormatterOptions>();
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    private static void Register(IServiceCollection services, ServerOptions options, ComputeDevice device)
    {
        services.AddRoutingCore();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new EngineOptions(
            options.Threads, options.Rows, options.MaxQueue, options.MaxQueuedTokens, options.MaxWait, options.RequestTimeout)
        {
            Device = device,
        });
        services.AddSingleton<VersionMetrics>();
        services.AddSingleton<MakeVersion>();
        services.AddSingleton<FetchProgress>();
        services.AddSingleton(all => new FetchModel(
            options.Fetch, new ConnectOrigin(options.Fetch, Environment.GetEnvironmentVariable, TimeProvider.System).To,
            all.GetRequiredService<FetchProgress>(), TimeProvider.System, all.GetRequiredService<ILogger<FetchModel>>()));
        services.AddSingleton<OpenVersion>();
        services.AddSingleton<OpenFirst>();
        services.AddSingleton(all => new LiveVersion(options.ExpectedModel, options.Slot, all.GetRequiredService<VersionMetrics>()));
        services.AddSingleton<HostVersions>();
        services.AddHostedService(all => all.GetRequiredService<HostVersions>());
        services.AddSingleton<OneChange>();
        if (options.ModelRoot is not null) RegisterRepository(services, options.ModelRoot);

        services.AddSingleton(new ResponseCache(options.ResponseCacheMiB * 1024L * 1024));
        services.AddSingleton<AnswerRequest>();
        services.AddSingleton<CountAnswers>();
        services.AddSingleton<ObserveRequest>();
        services.AddSingleton(all => new LogRequest(options.LogPrompts, options.JsonLog, all.GetRequiredService<ILogger<LogRequest>>()));
        services.AddSingleton(all => new ExportTelemetry(options.Otlp, options.Variables, all.GetRequiredService<LiveVersion>().ModelName, options.Slot));
        services.AddSingleton<InjectFault>();
        services.AddSingleton<ChatCompletions>();
        services.AddSingleton<Completions>();
        services.AddSingleton<EmbedTexts>();
        services.AddSingleton<EmbedTensor>();
        services.AddSingleton<CreateEmbeddings>();
        services.AddSingleton<Tokenize>();
        services.AddSingleton<GenerateText>();
        services.AddSingleton<DescribeServer>();
        services.AddSingleton<ListModels>();
        services.AddSingleton<ShowModel>();
        services.AddSingleton<Live>();
        services.AddSingleton<Ready>();
        services.AddSingleton<Metrics>();
    }

    private static void RegisterRepository(IServiceCollection services, string root)
    {
        if (!Directory.Exists(root)) throw new InvalidDataException($"{root}: there is no such folder for --model-root");
        services.AddSingleton(new ModelRoot(root));
        services.AddSingleton<VersionSource>();
        services.AddSingleton<LoadVersion>();
        services.AddSingleton<UnloadVersion>();
        services.AddSingleton<IndexRepository>();
        services.AddSingleton<LoadModel>();
        services.AddSingleton<UnloadModel>();
    }

    private static void MapEndpoints(WebApplication app, ServerOptions options)
    {
        if (options.Development)
        {
            InjectFault fault = app.Services.GetRequiredService<InjectFault>();
            app.Use(fault.Invoke);
            fault.Map(app);
        }
        app.Services.GetRequiredService<ChatCompletions>().Map(app);
        app.Services.GetRequiredService<Completions>().Map(app);
        app.Services.GetRequiredService<CreateEmbeddings>().Map(app);
        app.Services.GetRequiredService<Tokenize>().Map(app);
        app.Services.GetRequiredService<GenerateText>().Map(app);
        app.Services.GetRequiredService<DescribeServer>().Map(app);
        app.Services.GetRequiredService<ListModels>().Map(app);
        app.Services.GetRequiredService<ShowModel>().Map(app);
        app.Services.GetRequiredService<Live>().Map(app);
        app.Services.GetRequiredService<Ready>().Map(app);
        app.Services.GetRequiredService<Metrics>().Map(app);
        if (options.ModelRoot is null) return;
        app.Services.GetRequiredService<IndexRepository>().Map(app);
        app.Services.GetRequiredService<LoadModel>().Map(app);
        app.Services.GetRequiredService<UnloadModel>().Map(app);
    }
}
