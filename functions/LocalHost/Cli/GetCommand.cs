using System.CommandLine;
using System.Text.Json;
using LlmOps.LocalHost.Stack;
using LlmOps.Ports;
using LlmOps.Releases;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops get release`: where releases stand.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        Argument<string?> name = new("name") { Description = "MODEL or MODEL@VERSION; all without it", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> watch = new("--watch", "-w") { Description = "Follow one release until it is promoted or ends" };
        Option<string> output = new("--output", "-o") { Description = "table, json or report", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "report");
        Option<string> home = Asked.HomeOption();
        Command release = new("release", "Show releases") { name, watch, output, home };
        release.SetAction((parsed, cancellation) =>
            (parsed.GetValue(watch) || parsed.GetRequiredValue(output) == "report") && parsed.GetValue(name)?.Contains('@') != true
                ? Usage()
                : Asked.WithStack(
                    parsed.Home(home), client => Run(client, parsed.GetValue(name), parsed.GetValue(watch), parsed.GetRequiredValue(output), cancellation)));
        return new Command("get", "Show what the control plane knows") { release, GetModelCommand.Create() };
    }

    private static async Task<int> Run(StackClient client, string? name, bool watch, string output, CancellationToken cancellation)
    {
        string[] parts = name?.Split('@', 2) ?? [];
        if (parts is not [var model, var version])
        {
            return await List(client, parts.FirstOrDefault(), output, cancellation);
        }
        if (!Names.IsModel(model) || !Names.IsVersion(version))
        {
            return Asked.Fail($"'{name}' is not the name of a release, such as tiny-ops@1.0.0");
        }
        if (watch)
        {
            using FollowRelease follow = new(client, model, version);
            await follow.Until(now => ExitCodes.IsSettled(now.Phase), cancellation);
        }
        if (await client.Get(model, version, cancellation) is not { } release)
        {
            return Asked.Fail($"there is no release {name}; `llmops get release` lists all");
        }
        await Show(client, release, output, cancellation);
        return ExitCodes.Of(release.Phase);
    }

    private static Task<int> Usage()
    {
        Console.Error.WriteLine("llmops: name one release, such as tiny-ops@1.0.0");
        return Task.FromResult(ExitCodes.Usage);
    }

    private static async Task<int> List(StackClient client, string? model, string output, CancellationToken cancellation)
    {
        IReadOnlyList<Release> releases = await client.List(model, cancellation);
        if (output == "json")
        {
            Console.WriteLine(JsonSerializer.Serialize(releases, Wire.Indented));
        }
        else
        {
            AnsiConsole.Write(ReleaseTable.Of(releases));
        }
        return ExitCodes.Ok;
    }

    private static async Task Show(StackClient client, Release release, string output, CancellationToken cancellation)
    {
        switch (output)
        {
            case "json":
                Console.WriteLine(JsonSerializer.Serialize(release, Wire.Indented));
                break;
            case "report":
                Console.WriteLine(await client.Report(release.Model, release.Version, cancellation) ?? $"{release.Id} has no gate report ({release.Phase})");
                break;
            default:
                AnsiConsole.Write(ReleaseTable.Of([release]));
                if (NextCommand.Of(release) is { } next)
                {
                    AnsiConsole.MarkupLineInterpolated($"next: {next}");
                }
                break;
        }
    }
}
