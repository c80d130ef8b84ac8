using System.CommandLine;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops get model`: what the registry holds.</summary>
internal static class GetModelCommand
{
    public static Command Create()
    {
        Argument<string?> name = new("name") { Description = "MODEL; all without it", Arity = ArgumentArity.ZeroOrOne };
        Option<string> output = new("--output", "-o") { Description = "table or json", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        Option<string> home = Asked.HomeOption();
        Command model = new("model", "Show models: versions, aliases, tags, lineage, history") { name, output, home };
        model.SetAction((parsed, cancellation) => Asked.WithStack(
            parsed.Home(home), client => Run(client, parsed.GetValue(name), parsed.GetRequiredValue(output) == "json", cancellation)));
        return model;
    }

    private static async Task<int> Run(StackClient client, string? name, bool json, CancellationToken cancellation)
    {
        if (name is null)
        {
            IReadOnlyList<ModelView> models = await client.Models(cancellation);
            Show(json, models, () => AnsiConsole.Write(ModelTable.Of(models)));
            return ExitCodes.Ok;
        }
        if (!Names.IsModel(name) || await client.Model(name, cancellation) is not { } model)
        {
            return Asked.Fail($"there is no model '{name}'; `llmops get model` lists all");
        }
        Show(json, model, () => ModelTable.Show(model, AnsiConsole.Console));
        return ExitCodes.Ok;
    }

    private static void Show<T>(bool json, T value, Action table)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(value, Wire.Indented));
            return;
        }
        table();
    }
}
