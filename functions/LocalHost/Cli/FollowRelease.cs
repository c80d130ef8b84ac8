using LlmOps.LocalHost.Stack;
using LlmOps.Releases;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>Follows one release on the terminal: its entries of the audit log as they come, and what it waits for.</summary>
internal sealed class FollowRelease(StackClient client, string model, string version) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>An upload's event takes a moment; a release that is not there after this is one that is yet to be uploaded.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly Timeline timeline = new(client.Audit, AnsiConsole.Console);
    private string? said;

    public void Dispose() => timeline.Dispose();

    /// <summary>Returns the release as it is when it satisfies; one that is not there yet is waited for.</summary>
    public async Task<Release> Until(Func<Release, bool> satisfies, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Release? release = await client.Get(model, version, cancellation);
            await timeline.ShowNew(entry => entry.Model == model && entry.Version == version, cancellation);
            if (release is not null && satisfies(release))
            {
                return release;
            }
            if (release is null && TimeProvider.System.GetElapsedTime(start) > Moment)
            {
                Say($"{model}@{version} is not uploaded yet; waiting for it");
            }
            // Only before it starts: later, the timeline says where it is.
            if (release is { Phase: Phase.Verified, Reason: { } reason })
            {
                Say($"{release.Id} {reason}");
            }
            await Task.Delay(Poll, cancellation);
        }
    }

    private void Say(string what)
    {
        if (what != said)
        {
            Console.Error.WriteLine($"llmops: {what} (Ctrl-C stops watching)");
            said = what;
        }
    }
}
