using System.Runtime.InteropServices;
using LlmOps.Inference;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Devices;
using LlmOps.Inference.Models.Executors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Tests.Inference.Models.Devices;

public sealed class ComputeDeviceTests
{
    // One of four layers' keys, or values: 1 row of 2 heads of 512 positions of 32 floats.
    private const long LayerBytes = 2L * 512 * 32 * sizeof(float);

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("cuda", null, 0)]
    [InlineData("cuda:3", null, 3)]
    [InlineData(null, "cuda:1", 1)]
    [InlineData("cpu", "cuda", null)]
    [InlineData(null, "", null)]
    public void Flag_counts_before_variable_and_none_means_processor(string? flag, string? variable, int? expected)
    {
        string[] arguments = ["--model-dir", ".", "--slot", "blue", .. flag is null ? Array.Empty<string>() : ["--device", flag]];
        (ServerOptions? options, string? error) = ServerOptions.Parse(arguments, name => name == "LLMOPS_DEVICE" ? variable : null);
        Assert.Null(error);
        Assert.Equal(expected, options!.Cuda);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("CUDA")]
    public void Unknown_device_is_refused(string device) => Assert.Contains(
        "cpu, cuda or cuda:N", ServerOptions.Parse(["--model-dir", ".", "--slot", "blue", "--device", device], _ => null).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("GroupQueryAttention", true, TensorElementType.Float16, null)]
    [InlineData("GroupQueryAttention", true, TensorElementType.BFloat16, null)]
    [InlineData("GroupQueryAttention", true, TensorElementType.Float, "float16 or bfloat16")]
    [InlineData("GroupQueryAttention", false, TensorElementType.Float, "float16 or bfloat16")]
    [InlineData("Softmax", true, TensorElementType.Float16, "export it with GroupQueryAttention")]
    [InlineData("Softmax", false, TensorElementType.Float, null)]
    public void Model_without_kernels_for_the_GPU_is_refused(string attention, bool decodes, TensorElementType floats, string? told)
    {
        string? fault = CudaRules.FaultOf(new HashSet<string> { "MatMul", attention }, decodes, [floats]);
        if (told is null) Assert.Null(fault);
        else Assert.Contains(told, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_of_the_device_is_free_again_when_the_executor_ends()
    {
        using DistantMemory device = new();
        OnnxModel.Load(Samples.Open(), threads: 1, rows: 1, device).Dispose();
        Assert.Equal(0, device.BytesInUse);
    }

    [Fact]
    public void Cache_that_does_not_fit_is_refused_and_leaves_nothing_on_the_device()
    {
        using DistantMemory device = new(room: (3 * LayerBytes) + 1);
        RefusedModelException refused = Assert.Throws<RefusedModelException>(() => OnnxModel.Load(Samples.Open(), threads: 1, rows: 1, device));
        Assert.Contains("a cache of 1 rows does not fit into memory (distant)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, device.BytesInUse);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void Version_is_loaded_beside_another_only_where_the_device_has_room(long more, bool loaded)
    {
        ModelFolder folder = Samples.Open();
        using DistantMemory device = new(MemoryNeed.OnDevice(folder, rows: 8).Bytes + more);
        EngineOptions options = new(1, 8, 1, 1, TimeSpan.Zero, TimeSpan.Zero) { Device = device };
        LoadDecision decision = new VersionSource(null!, null!, options).Decide("tiny-ops", current: null, folder, running: []);
        Assert.Equal(loaded, decision is LoadDecision.Load);
        if (decision is LoadDecision.Refuse refused) Assert.Contains("(free on distant)", refused.Why.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TensorElementType.Float16)]
    [InlineData(TensorElementType.BFloat16)]
    public void Logits_of_16_bits_are_read_as_32(TensorElementType type)
    {
        float[] numbers = [0, 1, -2.5f, 1024, 0.0009765625f, float.NegativeInfinity];
        Logits logits = new(type, rows: 2, vocabulary: 3);
        using OrtValue view = logits.View(2, 3);
        MemoryMarshal.Cast<byte, ushort>(view.GetTensorMutableRawData()).Fill(0xFFFF);
        for (int i = 0; i < numbers.Length; i++)
        {
            MemoryMarshal.Cast<byte, ushort>(view.GetTensorMutableRawData())[i] = type == TensorElementType.Float16 ? ((Float16)numbers[i]).value : ((BFloat16)numbers[i]).value;
        }
        Assert.Equal(numbers, logits.Read(2).ToArray());
    }
}
