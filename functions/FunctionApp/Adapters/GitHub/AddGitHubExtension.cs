using System.ComponentModel.DataAnnotations;
using LlmOps.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Adds GitHub behind the ports that speak to the host of the GitOps repository.</summary>
internal static class AddGitHubExtension
{
    /// <summary>Adds <see cref="IGitHost"/>, <see cref="IGitReviews"/> and <see cref="IHookDeliveries"/>; throws one <see cref="ValidationException"/> on all settings that cannot be.</summary>
    public static IServiceCollection AddGitHub(this IServiceCollection services, GitHubOptions options)
    {
        List<ValidationResult> problems = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true))
        {
            throw new ValidationException(string.Join("; ", problems.Select(problem => $"GitHub: {problem.ErrorMessage}")));
        }
        return services
            .AddSingleton(provider => new GitHubConnection(
                options, provider.GetRequiredService<ControlPlaneOptions>().GitHubRepository, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()))
            .AddSingleton(provider => provider.GetRequiredService<GitHubConnection>().Host)
            .AddSingleton(provider => provider.GetRequiredService<GitHubConnection>().Reviews)
            .AddSingleton(provider => provider.GetRequiredService<GitHubConnection>().Deliveries);
    }
}
