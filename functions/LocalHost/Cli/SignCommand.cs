using System.CommandLine;
using LlmOps.Admission.Signing;
using LlmOps.LocalHost.Uploads;

namespace LlmOps.LocalHost.Cli;

/// <summary>`llmops sign`: writes the signature of a packed folder.</summary>
internal static class SignCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "A folder with a version's files and its release.json" };
        Option<string> key = new("--key") { Description = "The file with the private key (PEM, elliptic curve)", Required = true };
        Command command = new("sign", "Sign a version, as OpenSSF model signing does") { folder, key };
        command.SetAction((parsed, cancellation) => Asked.Guarded(
            () => Run(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(key), cancellation)));
        return command;
    }

    internal static async Task<int> Run(string folder, string key, CancellationToken cancellation)
    {
        (IReadOnlyList<string> problems, string fingerprint) = await SignFolder.Handle(folder, key, cancellation);
        foreach (string problem in problems)
        {
            Console.Error.WriteLine($"llmops: {problem}");
        }
        if (problems.Count > 0)
        {
            return Asked.Fail("nothing was signed");
        }
        Console.WriteLine($"wrote {SignVersion.FileName}; the public key's fingerprint is sha256:{fingerprint}");
        return ExitCodes.Ok;
    }
}
