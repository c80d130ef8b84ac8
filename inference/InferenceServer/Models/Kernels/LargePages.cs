using System.Runtime.InteropServices;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>Memory that is read as a whole for every token: on Linux in pages of 2 MiB, so that looking up addresses does not slow it down.</summary>
internal static unsafe partial class LargePages
{
    private const int Page = 2 * 1024 * 1024;
    private const int CacheLine = 64;

    // sys/mman.h
    private const int AdviseLargePages = 14;

    public static byte* Allocate(long bytes)
    {
        bool large = bytes >= Page && OperatingSystem.IsLinux();
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)(large ? Page : CacheLine));
        // Where the system gives none, small pages do too.
        if (large) _ = Advise(memory, (nuint)bytes, AdviseLargePages);
        return memory;
    }

    public static void Free(byte* memory) => NativeMemory.AlignedFree(memory);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* memory, nuint bytes, int advice);
}
