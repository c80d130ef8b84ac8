using Azure.Core;
using LlmOps;
using LlmOps.Flux;
using LlmOps.FunctionApp;
using LlmOps.FunctionApp.Adapters.Flux;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.FunctionApp.Adapters.Kubernetes;
using LlmOps.FunctionApp.Adapters.ServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<PauseAfterFailure>();
IServiceCollection services = builder.Services;
ConfigurationManager settings = builder.Configuration;
StartCheck.Run(
    services,
    settings,
    () => services.AddAzurePorts(AzureSettings.Read(settings)),
    () => services.AddGitHub(settings.GetSection("GitHub").Get<GitHubOptions>() ?? new GitHubOptions()),
    () => services.AddKubernetes(settings));
services.AddControlPlane(settings.GetRequiredSection("ControlPlane").Get<ControlPlaneOptions>()!);
if (settings.GetSection("FluxReceiver").Get<FluxReceiverOptions>() is { Url: not null } receiver)
{
    if (receiver.Proof == ReceiverProof.Oidc)
    {
        services.AddSingleton<BearerSource>(provider => CredentialBearer.Of(provider.GetRequiredService<TokenCredential>()));
    }
    services.AddFluxReceiver(receiver);
}
IHost host = builder.Build();
StartCheck.Construct(host.Services);
host.Run();
