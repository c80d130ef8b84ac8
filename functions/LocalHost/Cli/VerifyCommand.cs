using System.CommandLine;
using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.LocalHost.Uploads;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops verify`: goes through the checklist that an upload is held to, over a folder.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "A folder with a version's files and its release.json" };
        Option<string[]> keys = new("--keys") { Description = "Public keys (PEM); one of them must have signed", AllowMultipleArgumentsPerToken = true };
        Command command = new("verify", "Check a version as the server will before it is released") { folder, keys };
        command.SetAction((parsed, cancellation) => Asked.Guarded(
            () => Run(parsed.GetRequiredValue(folder), parsed.GetValue(keys) ?? [], cancellation)));
        return command;
    }

    private static async Task<int> Run(string folder, string[] paths, CancellationToken cancellation)
    {
        List<TrustedKey> keys = [];
        foreach (string path in paths)
        {
            keys.Add(TrustedKey.Read(path, await File.ReadAllTextAsync(path, cancellation), out string problem)
                ?? throw new InvalidDataException($"{path} {problem}"));
        }
        (UploadManifest? manifest, byte[] json, IReadOnlyList<string> problems) = await VersionFolder.Read(folder, cancellation);
        foreach (string problem in problems)
        {
            Console.WriteLine($"FAIL  folder         {problem}");
        }
        if (manifest is null)
        {
            return ExitCodes.Failed;
        }
        AdmissionReport report = await VersionFolder.Admit(folder, manifest, json, new SignatureDemand(keys.Count > 0, keys), cancellation);
        foreach (AdmissionCheck check in report.Checks)
        {
            Tell(check);
        }
        return report.Admitted && problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void Tell(AdmissionCheck check)
    {
        if (check.Holds)
        {
            Console.WriteLine(check.Seen is null ? $"--    {check.Rule,-14} not looked at" : $"ok    {check.Rule,-14} {check.Seen}");
            return;
        }
        foreach (AdmissionFault fault in check.Faults)
        {
            Console.WriteLine($"FAIL  {check.Rule,-14} {fault}");
        }
        if (check.FaultCount > check.Faults.Count)
        {
            Console.WriteLine($"FAIL  {check.Rule,-14} and {check.FaultCount - check.Faults.Count} more");
        }
    }
}
