using LlmOps;
using LlmOps.FunctionApp;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
StartCheck.Run(builder.Services, builder.Configuration);
builder.Services.AddControlPlane(builder.Configuration.GetRequiredSection("ControlPlane").Get<ControlPlaneOptions>()!);
builder.Build().Run();
