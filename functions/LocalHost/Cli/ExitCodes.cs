using LlmOps.Releases;

namespace LlmOps.LocalHost.Cli;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>It is under way; ask again.</summary>
    public const int Pending = 8;

    /// <summary>The exit code for where a release stands.</summary>
    public static int Of(Phase phase) => phase switch
    {
        Phase.Guarded or Phase.Done => Ok,
        _ when phase.IsEnd() => Failed,
        _ => Pending,
    };

    /// <summary>Whether there is no more to watch: the guard window is open, or the release has ended. Promoted lasts a moment only.</summary>
    public static bool IsSettled(Phase phase) => phase is Phase.Guarded || phase.IsEnd();
}
