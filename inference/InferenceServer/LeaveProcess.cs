using System.Runtime.InteropServices;

namespace LlmOps.Inference;

/// <summary>
/// Ends the process without the ends of its libraries: while one of them still works on a thread of its own, those would take away under it
/// what it works with, and a crash would hide the exit code.
/// </summary>
internal static partial class LeaveProcess
{
    public static void At(int code)
    {
        if (!OperatingSystem.IsWindows()) End(code);
        Environment.Exit(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void End(int code);
}
