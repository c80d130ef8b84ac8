using System.CommandLine;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Stack;
using LlmOps.LocalHost.Uploads;
using LlmOps.Releases;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops upload`: uploads a version and follows its release.</summary>
internal static class UploadCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "A folder with a version's files and its release.json" };
        Option<bool> wait = new("--wait", "-w") { Description = "Follow the release until it is promoted or ends" };
        Option<string> home = Asked.HomeOption();
        Command command = new("upload", "Upload a version; its release begins when release.json is there") { folder, wait, home };
        command.SetAction((parsed, cancellation) => Asked.Guarded(
            () => Run(parsed.GetRequiredValue(folder), parsed.GetValue(wait), parsed.Home(home), cancellation)));
        return command;
    }

    private static async Task<int> Run(string folder, bool wait, Home home, CancellationToken cancellation)
    {
        UploadVersion upload = new(new FolderBlobs(home.Blobs, TimeProvider.System));
        switch (await upload.Handle(folder, file => AnsiConsole.MarkupLineInterpolated($"[grey]uploading[/] {file}"), cancellation))
        {
            case UploadOutcome.Refused refused:
                foreach (string problem in refused.Problems)
                {
                    Console.Error.WriteLine($"llmops: {problem}");
                }
                Console.Error.WriteLine("llmops: nothing was uploaded");
                return ExitCodes.Failed;
            case UploadOutcome.AlreadyThere there:
                AnsiConsole.MarkupLineInterpolated($"{there.Manifest.Model}@{there.Manifest.Version} is uploaded already, with the same digest");
                return await Follow(there.Manifest, wait, home, cancellation);
            case UploadOutcome.Uploaded uploaded:
                AnsiConsole.MarkupLineInterpolated($"uploaded {uploaded.Manifest.Model}@{uploaded.Manifest.Version}, digest {uploaded.Manifest.Digest()}");
                return await Follow(uploaded.Manifest, wait, home, cancellation);
            default:
                throw new InvalidOperationException("an upload ended in no known way");
        }
    }

    private static async Task<int> Follow(UploadManifest manifest, bool wait, Home home, CancellationToken cancellation)
    {
        using StackClient? client = StackClient.Find(home);
        if (client is null)
        {
            Console.Error.WriteLine($"llmops: no stack runs in {home.Folder}; the release begins when `llmops up` runs there");
            return ExitCodes.Pending;
        }
        using FollowRelease follow = new(client, manifest.Model, manifest.Version);
        Release release = await follow.Until(
            now => now.Phase != Phase.Uploaded && (!wait || ExitCodes.IsSettled(now.Phase)), cancellation);
        if (release.Reason is { } reason && release.Phase.IsEnd())
        {
            Console.Error.WriteLine($"llmops: {release.Id} is {release.Phase}: {reason}");
        }
        else if (!wait && !release.Phase.IsEnd())
        {
            string waits = release.Reason is { } why ? $": {why}" : "";
            Console.WriteLine($"{release.Id} is {release.Phase}{waits}; `llmops get release {release.Id} -w` follows it");
        }
        return wait || release.Phase.IsEnd() ? ExitCodes.Of(release.Phase) : ExitCodes.Ok;
    }
}
