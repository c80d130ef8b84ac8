using System.CommandLine;
using LlmOps.LocalHost.Uploads;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops pack`: writes the release.json of a folder.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "The folder with the version's files" };
        Option<string> model = new("--model") { Description = "The model's name", Required = true };
        Option<string> version = new("--version") { Description = "The version, a SemVer", Required = true };
        Option<string?> sign = new("--sign") { Description = "Sign it too, with the private key of this file (PEM)" };
        Command command = new("pack", "Write release.json for the files of a folder") { folder, model, version, sign };
        command.SetAction((parsed, cancellation) => Asked.Guarded(() => Run(
            parsed.GetRequiredValue(folder), parsed.GetRequiredValue(model), parsed.GetRequiredValue(version), parsed.GetValue(sign), cancellation)));
        return command;
    }

    private static async Task<int> Run(string folder, string model, string version, string? key, CancellationToken cancellation)
    {
        if (!Names.IsModel(model) || !Names.IsVersion(version))
        {
            Console.Error.WriteLine("llmops: the model must match [a-z0-9]([a-z0-9-]*[a-z0-9])?, the version must be a SemVer such as 1.2.0");
            return ExitCodes.Usage;
        }
        UploadManifest manifest = await VersionFolder.Describe(folder, model, version, cancellation);
        if (!VersionFolder.Write(folder, manifest))
        {
            return Asked.Fail($"{folder} holds a release.json of other content; remove it if it is stale");
        }
        Console.WriteLine($"{model}@{version}: {manifest.Files.Count} files, digest {manifest.Digest()}");
        return key is null ? ExitCodes.Ok : await SignCommand.Run(folder, key, cancellation);
    }
}
