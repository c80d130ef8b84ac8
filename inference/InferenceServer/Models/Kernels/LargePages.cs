using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// Memory that is read as a whole for every token: on Linux in pages of 2 MiB, so that looking up addresses does not slow it down.
/// Most matrices are smaller than such a page, so they share regions, which are given back with the last of them.
/// </summary>
internal static unsafe partial class LargePages
{
    // A region begins at a multiple of its size, so that whatever lies in it finds its head.
    private const int Region = 32 * 1024 * 1024;
    private const int SmallPage = 4096;
    private const int CacheLine = 64;

    // Bytes. The processor's own guesses end with a page of 4 KiB; what lies behind a matrix is mostly the next one's.
    private const int Ahead = 8192;

    // sys/mman.h
    private const int AdviseLargePages = 14;
    private const int AdvisePageOut = 21;

    private static readonly Lock s_turn = new();

    // What is being filled; null before the first and after one that was given back.
    private static Head* s_region;

    public static byte* Allocate(long bytes)
    {
        long rounded = (checked(bytes + CacheLine - 1)) & -CacheLine;
        lock (s_turn)
        {
            if (s_region is null || s_region->Used + rounded > Region) Open(rounded);
            byte* memory = (byte*)s_region + s_region->Used;
            s_region->Used += rounded;
            s_region->Living++;
            return memory;
        }
    }

    public static void Free(byte* memory)
    {
        Head* region = (Head*)((nint)memory & -Region);
        lock (s_turn)
        {
            if (--region->Living > 0) return;
            if (region == s_region) s_region = null;
            NativeMemory.AlignedFree(region);
        }
    }

    /// <summary>Has the 256 bytes fetched that are wanted soon after the next 256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchAhead(byte* next)
    {
        Sse.Prefetch0(next + Ahead);
        Sse.Prefetch0(next + Ahead + CacheLine);
        Sse.Prefetch0(next + Ahead + (2 * CacheLine));
        Sse.Prefetch0(next + Ahead + (3 * CacheLine));
    }

    /// <summary>Says that what was packed is not going to be read again where it lay: mapped pages of a file are given back.</summary>
    public static void LetGo(void* memory, long bytes)
    {
        nint begin = ((nint)memory + SmallPage - 1) & -SmallPage;
        nint end = (nint)memory + (nint)bytes & -SmallPage;
        if (OperatingSystem.IsLinux() && end > begin) _ = Advise((void*)begin, (nuint)(end - begin), AdvisePageOut);
    }

    // What does not fit gets a region as long as it needs, and is first in it.
    private static void Open(long bytes)
    {
        nuint length = (nuint)Math.Max(Region, checked(bytes + CacheLine));
        s_region = (Head*)NativeMemory.AlignedAlloc(length, Region);
        // Where the system gives none, small pages do too.
        if (OperatingSystem.IsLinux()) _ = Advise(s_region, length, AdviseLargePages);
        *s_region = new Head { Used = CacheLine };
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);

    private struct Head
    {
        public long Used;
        public int Living;
    }
}
