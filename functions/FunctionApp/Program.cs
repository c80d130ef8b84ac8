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
builder.Services.AddAzurePorts(AzureSettings.Read(builder.Configuration));
builder.Services.AddGitHub(builder.Configuration.GetSection("GitHub").Get<GitHubOptions>() ?? new GitHubOptions());
builder.Services.AddKubernetes(builder.Configuration);
StartCheck.Run(builder.Services, builder.Configuration);
builder.Services.AddControlPlane(builder.Configuration.GetRequiredSection("ControlPlane").Get<ControlPlaneOptions>()!);
if (builder.Configuration.GetSection("FluxReceiver").Get<FluxReceiverOptions>() is { Url: not null } receiver)
{
    if (receiver.Proof == ReceiverProof.Oidc)
    {
        builder.Services.AddSingleton<BearerSource>(services => CredentialBearer.Of(services.GetRequiredService<TokenCredential>()));
    }
    builder.Services.AddFluxReceiver(receiver);
}
IHost host = builder.Build();
StartCheck.Construct(host.Services);
host.Run();
