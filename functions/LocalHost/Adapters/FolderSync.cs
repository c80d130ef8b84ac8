using System.Runtime.InteropServices;

namespace LlmOps.LocalHost.Adapters;

/// <summary>Makes a rename outlive a power cut: on Unix it is lasting only once its folder was synchronized, which .NET cannot.</summary>
internal static class FolderSync
{
    /// <summary>Flushes a folder's entries to the disk.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        int descriptor = Open(folder, flags: 0);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open {folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        try
        {
            // File systems that cannot flush a folder answer EINVAL; they have nothing better to offer.
            _ = Synchronize(descriptor);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
