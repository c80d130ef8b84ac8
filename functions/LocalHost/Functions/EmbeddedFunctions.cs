using LlmOps.LocalHost.Functions.Blobs;
using LlmOps.LocalHost.Functions.Queues;
using LlmOps.LocalHost.Functions.Timers;
using LlmOps.Ports;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LlmOps.LocalHost.Functions;

/// <summary>
/// A Functions host within this process: finds the functions and runs a pump for each that is not woken by HTTP. It asks
/// the services for <c>IBlobs</c>, <c>IMessageBus</c> and <see cref="IQueueReader"/>.
/// </summary>
internal static class EmbeddedFunctions
{
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddEmbeddedFunctions(this IServiceCollection services, EmbeddedHostOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.HostKey);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ConcurrencyPerQueue);
        FunctionIndex index = FunctionIndex.Of(options.FunctionTypes);
        services.AddSingleton(options).AddSingleton(index).AddSingleton<Backoff>();
        services.AddSingleton<MessageTry>().AddSingleton<BlobTry>().AddTransient<BlobTurns>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new Random());
        services.Configure<HostOptions>(host =>
        {
            host.ServicesStopConcurrently = true;
            host.ShutdownTimeout = options.Grace + StopMargin;
        });
        services.AddHostedService<LockRelease>();
        foreach (EmbeddedFunction function in index.Functions)
        {
            services.AddPump(function, options);
        }
        return services;
    }

    private static void AddPump(this IServiceCollection services, EmbeddedFunction function, EmbeddedHostOptions options)
    {
        switch (function.Trigger)
        {
            case BlobTriggerAttribute blob:
                services.AddPump<BlobPump>(function, BlobPath.Parse(SettingText.Resolve(blob.BlobPath, options.Settings)));
                break;
            case ServiceBusTriggerAttribute queue:
                services.AddPump<QueuePump>(function, SettingText.Resolve(queue.QueueName!, options.Settings));
                break;
            case TimerTriggerAttribute timer:
                services.AddPump<TimerPump>(function, Schedule.Parse(SettingText.Resolve(timer.Schedule, options.Settings)));
                break;
        }
    }

    // Not AddHostedService: it takes one of a type.
    private static void AddPump<T>(this IServiceCollection services, params object[] parts)
        where T : IHostedService =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<T>(provider, parts));
}
