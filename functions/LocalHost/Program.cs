using System.CommandLine;
using LlmOps.LocalHost.Cluster;

RootCommand root = new("LLM releases as one event-driven loop") { ClusterCommand.Create() };
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
