using System.Numerics;
using System.Runtime.InteropServices;

namespace LlmOps.Benchmarks.Serving;

/// <summary>How fast all cores together read memory that no cache holds, as STREAM measures it but for reads alone.</summary>
internal static unsafe class MemoryBandwidth
{
    private const long Bytes = 1536L * 1024 * 1024;
    private const int Passes = 5;

    /// <summary>The best of several passes, in gigabytes (10⁹ bytes) per second.</summary>
    public static double Measure(int threads)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, 4096);
        try
        {
            // Pages are there when they are first written.
            for (long half = 0; half < 2; half++) new Span<byte>(memory + (half * Bytes / 2), (int)(Bytes / 2)).Fill(1);
            return Enumerable.Range(0, Passes).Max(_ => Pass(memory, threads));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static double Pass(byte* memory, int threads)
    {
        long share = Bytes / threads / 4096 * 4096;
        long start = TimeProvider.System.GetTimestamp();
        Thread[] readers = [.. Enumerable.Range(0, threads).Select(index => new Thread(() => Read(memory + (index * share), share)))];
        foreach (Thread reader in readers) reader.Start();
        foreach (Thread reader in readers) reader.Join();
        return share * threads / 1e9 / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static void Read(byte* from, long bytes)
    {
        Vector<ulong> a = default, b = default, c = default, d = default;
        Vector<ulong>* end = (Vector<ulong>*)(from + bytes);
        for (Vector<ulong>* at = (Vector<ulong>*)from; at < end; at += 4)
        {
            a += at[0];
            b += at[1];
            c += at[2];
            d += at[3];
        }
        GC.KeepAlive(a + b + c + d);
    }
}
