namespace LlmOps.Tests.Stories;

/// <summary>
/// A part of the story that starts where nothing is under way: what the outside world does, how the servers behave, and
/// when all is settled again.
/// </summary>
internal sealed record CrashScene(string Name, Func<CrashHome, Task<bool>> IsSettled)
{
    /// <summary>The folder of a version that is uploaded while no control plane runs, so that each run meets it alike.</summary>
    public string? Uploads { get; init; }

    /// <summary>What Alertmanager posts.</summary>
    public CrashAlert? Alert { get; init; }

    /// <summary>The version whose servers fail their requests.</summary>
    public string? Failing { get; init; }

    /// <summary>Messages that may be left: those of a guard window that is far from its end.</summary>
    public int MessagesLeft { get; init; }

    public async Task<bool> HasEnded(CrashHome home) => await IsSettled(home) && await home.Messages() <= MessagesLeft;
}
