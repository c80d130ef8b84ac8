using LlmOps.LocalHost.Functions.Queues;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Crashes;

/// <summary>Puts crash points, or doubled deliveries, around the ports where they are asked for; otherwise nothing is added.</summary>
internal static class CrashWiring
{
    public static IServiceCollection AddCrashPoints(this IServiceCollection services)
    {
        CrashRequest? request = CrashRequest.FromEnvironment();
        if (request is { Points: { } points })
        {
            services.Wrap<IBlobs>(blobs => new CrashingBlobs(blobs, points));
            services.Wrap<IGitHost>(git => new CrashingGitHost(git, points));
            services.Wrap<IGitReviews>(reviews => new CrashingReviews(reviews, points));
            services.Wrap<IMessageBus>(bus => new CrashingBus(bus, points));
            services.Wrap<IQueueReader>(reader => new CrashingQueueReader(reader, points));
        }
        if (request is { Twice: true })
        {
            IMessageBus bus = services.Port<IMessageBus>();
            services.Wrap<IBlobs>(blobs => new TwiceListedBlobs(blobs));
            services.Wrap<IQueueReader>(reader => new TwiceDeliveringReader(reader, bus, TimeProvider.System));
        }
        return services;
    }

    private static void Wrap<T>(this IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        T inner = services.Port<T>();
        services.Remove(services.Single(known => known.ServiceType == typeof(T)));
        services.AddSingleton(wrap(inner));
    }

    private static T Port<T>(this IServiceCollection services) =>
        (T)services.Single(known => known.ServiceType == typeof(T)).ImplementationInstance!;
}
