using Microsoft.Extensions.DependencyInjection;

namespace LlmOps;

/// <summary>The table of contents.</summary>
public static class ControlPlane
{
    public static IServiceCollection AddControlPlane(this IServiceCollection services) => services;
}
