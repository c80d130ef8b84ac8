using System.CommandLine;
using System.Text.Json;
using LlmOps.Doctor;
using LlmOps.LocalHost.Stack;
using LlmOps.Ports;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops doctor`: which settings of a GitOps repository break or slow a rollback, and what each costs.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<string[]> folders = new("--gitops") { Description = "A folder of the GitOps repository; again for a folder with monitoring" };
        Option<string?> repository = new("--repo") { Description = "A Git repository, bare or not, read at --revision" };
        Option<string> revision = new("--revision") { Description = "The revision of --repo", DefaultValueFactory = _ => "HEAD" };
        Option<string> output = new("--output", "-o") { Description = "table or json", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        Option<string> home = Asked.HomeOption();
        Command doctor = new("doctor", "Say what makes a rollback slow or impossible: exit 0 nothing, 1 something breaks it, 8 something slows it")
        {
            folders, repository, revision, output, home,
        };
        doctor.SetAction((parsed, cancellation) => Asked.Guarded(async () =>
        {
            string[] given = parsed.GetValue(folders) ?? [];
            string? asked = parsed.GetValue(repository) ?? (given.Length == 0 ? parsed.Home(home).Repository : null);
            if (given.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing || (asked is not null && !Directory.Exists(missing = asked)))
            {
                return Usage(missing);
            }
            List<SetupText> texts = [.. given.SelectMany(ReadSetupFiles.OfFolder)];
            if (asked is not null)
            {
                texts.AddRange(await ReadSetupFiles.OfRepository(asked, parsed.GetRequiredValue(revision), cancellation));
            }
            return Show(ExamineSetup.Of(texts), parsed.GetRequiredValue(output));
        }));
        return doctor;
    }

    private static int Usage(string missing)
    {
        Console.Error.WriteLine($"llmops: there is no folder {missing}; name one with --gitops FOLDER or --repo PATH");
        return ExitCodes.Usage;
    }

    private static int Show(Diagnosis diagnosis, string output)
    {
        if (output == "json")
        {
            Console.WriteLine(JsonSerializer.Serialize(diagnosis, Wire.Indented));
        }
        else
        {
            DiagnosisView.Show(diagnosis, AnsiConsole.Console);
        }
        return diagnosis.Worst switch
        {
            Concern.Breaks => ExitCodes.Failed,
            Concern.Slows => ExitCodes.Pending,
            _ => ExitCodes.Ok,
        };
    }
}
