using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Gates.Statistics;

/// <summary>
/// The SplitMix64 generator (Steele, Lea and Flood, OOPSLA 2014), seeded from a text: the same evidence draws the same
/// numbers on any machine and runtime, so that a verdict can be recomputed.
/// </summary>
internal sealed class SplitMix(string seed)
{
    private ulong state = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));

    /// <summary>A number from 0 to below <paramref name="end"/>, by Lemire's multiplication; the bias is under end / 2⁶⁴.</summary>
    public int Below(int end)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)Math.BigMul(z ^ (z >> 31), (ulong)end, out _);
    }
}
