using System.Diagnostics;
using LlmOps.Admission;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>The real models are admitted; what chance makes of one is judged in bounded time and memory, whatever it says.</summary>
public sealed class OnnxRealModelTests
{
    private const long MostBytes = 4 << 20;

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    [InlineData("1.2.0-bad")]
    public void A_real_model_is_admitted(string version) =>
        Assert.Empty(OnnxLook.At(Weights(version), piece: 4_093).Kept);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Chance_makes_nothing_that_throws_or_hangs_or_fills_the_memory(int seed)
    {
        Random chance = new(seed);
        byte[] real = Weights("1.1.0");
        int refused = 0;
        for (int round = 0; round < 150; round++)
        {
            byte[] model = Spoil(real, chance);
            Stopwatch time = Stopwatch.StartNew();
            long before = GC.GetAllocatedBytesForCurrentThread();
            FaultList faults = OnnxLook.At(model, piece: 1 + chance.Next(100_000));
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < MostBytes, $"round {round}: {taken} bytes were allocated");
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"round {round}: {time.Elapsed}");
            refused += faults.Count > 0 ? 1 : 0;
        }
        Assert.True(refused > 30, $"only {refused} of 150 were refused");
    }

    // Most of the form stands in the first bytes; the rest is numbers.
    private static byte[] Spoil(byte[] real, Random chance)
    {
        byte[] model = [.. real];
        int reach = chance.Next(4) == 0 ? model.Length : 12_000;
        switch (chance.Next(4))
        {
            case 0:
                return model[..chance.Next(reach)];
            case 1:
                return [.. model[..chance.Next(reach)], .. Bytes(chance, chance.Next(64)), .. model[chance.Next(reach)..]];
            case 2:
                Bytes(chance, 1 + chance.Next(40)).CopyTo(model, chance.Next(reach - 50));
                return model;
            default:
                for (int flips = 1 + chance.Next(8); flips > 0; flips--)
                {
                    model[chance.Next(reach)] ^= (byte)(1 << chance.Next(8));
                }
                return model;
        }
    }

    private static byte[] Bytes(Random chance, int count)
    {
        byte[] bytes = new byte[count];
        chance.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Weights(string version) => File.ReadAllBytes(Repository.At($"samples/models/tiny-ops/{version}/model.onnx"));
}
