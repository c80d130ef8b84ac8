using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// Operators of ONNX Runtime that multiply faster than its own: as MatMulNBits does with 4 bits, blocks of 32 and accuracy level 4,
/// and as MatMul does with 32-bit floats. One operator multiplies the same activations with one, two or three matrices, so that they
/// are prepared once and the session's threads meet once. Weights are packed when the session is made.
/// </summary>
internal static unsafe class PackedMatMul
{
    public const string Domain = "llmops";

    /// <summary>Most matrices of one operator.</summary>
    public const int Most = 3;

    private const int TypeFloat = 1;
    private const int TypeByte = 2;

    private static readonly nint s_domain = Register();

    /// <summary>Whether the processor has what the operators need.</summary>
    public static bool Supported => Avx512BW.IsSupported;

    /// <summary>
    /// The operator's name. Its inputs are the activations and each matrix' weights, with 4 bits followed by their scales; its outputs
    /// one for each.
    /// </summary>
    public static string Name(bool floats, int matrices) => $"{(floats ? "Float" : "Block")}MatMul{matrices}";

    /// <summary>The attribute that says how many outputs a matrix has.</summary>
    public static string OutputsOf(int matrix) => $"N{matrix}";

    /// <summary>Makes the operators known to the sessions of these options.</summary>
    public static void AddTo(SessionOptions options) => OrtFunctions.AddDomain(options, s_domain);

    // Lives as long as the process, and so do the descriptions: sessions hold on to them.
    private static nint Register()
    {
        nint domain = OrtFunctions.CreateDomain(Domain);
        for (int matrices = 1; matrices <= Most; matrices++) OrtFunctions.Add(domain, Describe(floats: false, matrices));
        for (int matrices = 1; matrices <= Most; matrices++) OrtFunctions.Add(domain, Describe(floats: true, matrices));
        return domain;
    }

    private static OrtOperator* Describe(bool floats, int matrices)
    {
        Description* description = (Description*)NativeMemory.AllocZeroed((nuint)sizeof(Description));
        (description->Floats, description->Matrices) = (floats, matrices);
        description->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name(floats, matrices));
        OrtOperator* op = &description->Operator;
        op->Version = OrtOperator.ApiVersion;
        op->GetName = &GetName;
        op->GetExecutionProviderType = &GetProvider;
        op->GetInputType = &GetInputType;
        op->GetInputTypeCount = &GetInputCount;
        op->GetOutputType = &GetOutputType;
        op->GetOutputTypeCount = &GetOutputCount;
        op->KernelDestroy = &Destroy;
        op->GetInputCharacteristic = &Zero;
        op->GetOutputCharacteristic = &Zero;
        op->GetInputMemoryType = &Zero;
        op->GetVariadicInputMinArity = &First;
        op->GetVariadicInputHomogeneity = &First;
        op->GetVariadicOutputMinArity = &First;
        op->GetVariadicOutputHomogeneity = &First;
        op->CreateKernelV2 = &Create;
        op->KernelComputeV2 = &Compute;
        op->GetStartVersion = &First;
        op->GetEndVersion = &Last;
        return op;
    }

    [UnmanagedCallersOnly]
    private static nint Create(OrtOperator* op, nint api, nint info, void** kernel)
    {
        MatrixProducts* products = (MatrixProducts*)NativeMemory.AllocZeroed((nuint)sizeof(MatrixProducts));
        try
        {
            Description* description = (Description*)op;
            for (int i = 0; i < description->Matrices; i++) products->Add(description->Floats ? PackFloats(info, i) : PackBlocks(info, i));
            *kernel = products;
            return 0;
        }
        catch (Exception e)
        {
            Free(products);
            return OrtFunctions.Error($"{Domain}: {e.Message}");
        }
    }

    // The numbers are the file's and may lie; memory is read only as far as the tensors reach.
    private static PackedMatrix PackBlocks(nint info, int matrix)
    {
        (int outputs, int inputs) = Sizes(info, matrix);
        nint weights = OrtFunctions.Weight(info, (nuint)((2 * matrix) + 1));
        nint scales = OrtFunctions.Weight(info, (nuint)((2 * matrix) + 2));
        long blocks = (long)outputs * (inputs / BlockWeights.Block);
        bool fit = inputs % BlockWeights.Block == 0
            && OrtFunctions.Elements(weights) == blocks * BlockWeights.Block / 2 && OrtFunctions.Elements(scales) == blocks;
        if (!fit) throw NotThose(outputs, inputs);
        PackedMatrix packed = BlockWeights.Pack(outputs, inputs, (byte*)OrtFunctions.Memory(weights), (float*)OrtFunctions.Memory(scales));
        LargePages.LetGo(OrtFunctions.Memory(weights), OrtFunctions.Elements(weights));
        return packed;
    }

    private static PackedMatrix PackFloats(nint info, int matrix)
    {
        (int outputs, int inputs) = Sizes(info, matrix);
        nint weights = OrtFunctions.Weight(info, (nuint)(matrix + 1));
        if (OrtFunctions.Elements(weights) != (long)outputs * inputs) throw NotThose(outputs, inputs);
        PackedMatrix packed = FloatWeights.Pack(outputs, inputs, (float*)OrtFunctions.Memory(weights));
        LargePages.LetGo(OrtFunctions.Memory(weights), (long)outputs * inputs * sizeof(float));
        return packed;
    }

    private static (int Outputs, int Inputs) Sizes(nint info, int matrix)
    {
        int outputs = checked((int)OrtFunctions.Attribute(info, OutputsOf(matrix)));
        int inputs = checked((int)OrtFunctions.Attribute(info, "K"));
        return outputs < 1 || inputs < 1 ? throw NotThose(outputs, inputs) : (outputs, inputs);
    }

    private static InvalidOperationException NotThose(int outputs, int inputs) =>
        new($"the weights are not those of {outputs} outputs and {inputs} inputs");

    [UnmanagedCallersOnly]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Compute(void* kernel, nint context)
    {
        try
        {
            MatrixProducts products = *(MatrixProducts*)kernel;
            nint input = OrtFunctions.Input(context, 0);
            Span<long> shape = stackalloc long[OrtFunctions.MostDimensions];
            shape = shape[..OrtFunctions.Shape(input, shape)];
            int inputs = products.Matrix(0).Inputs;
            if (shape.IsEmpty || shape[^1] != inputs) throw new InvalidOperationException($"the last dimension is not {inputs}");
            long rows = 1;
            foreach (long length in shape[..^1]) rows *= length;
            for (int i = 0; i < products.Count; i++)
            {
                shape[^1] = products.Matrix(i).Outputs;
                products.Write(i, (float*)OrtFunctions.Memory(OrtFunctions.Output(context, (nuint)i, shape)));
            }
            if (rows > 0) Multiply(context, products, (float*)OrtFunctions.Memory(input), checked((int)rows));
            return 0;
        }
        catch (Exception e)
        {
            return OrtFunctions.Error($"{Domain}: {e.Message}");
        }
    }

    private static void Multiply(nint context, MatrixProducts products, float* input, int rows)
    {
        products.Read(input, rows);
        if (products.Tasks == 1) products.Run(0);
        else OrtFunctions.InParallel(context, &Share, products.Tasks, &products);
    }

    [UnmanagedCallersOnly]
    private static void Share(void* products, nuint index) => ((MatrixProducts*)products)->Run((int)index);

    [UnmanagedCallersOnly]
    private static void Destroy(void* kernel) => Free((MatrixProducts*)kernel);

    private static void Free(MatrixProducts* products)
    {
        for (int i = 0; i < products->Count; i++) products->Matrix(i).Free();
        NativeMemory.Free(products);
    }

    [UnmanagedCallersOnly]
    private static byte* GetName(OrtOperator* op) => ((Description*)op)->Name;

    // The processor's.
    [UnmanagedCallersOnly]
    private static byte* GetProvider(OrtOperator* op) => null;

    // The activations, then weights and scales in turn or weights alone.
    [UnmanagedCallersOnly]
    private static int GetInputType(OrtOperator* op, nuint index) => index % 2 == 1 && !((Description*)op)->Floats ? TypeByte : TypeFloat;

    [UnmanagedCallersOnly]
    private static nuint GetInputCount(OrtOperator* op) => (nuint)((((Description*)op)->Matrices * (((Description*)op)->Floats ? 1 : 2)) + 1);

    [UnmanagedCallersOnly]
    private static int GetOutputType(OrtOperator* op, nuint index) => TypeFloat;

    [UnmanagedCallersOnly]
    private static nuint GetOutputCount(OrtOperator* op) => (nuint)((Description*)op)->Matrices;

    [UnmanagedCallersOnly]
    private static int Zero(OrtOperator* op, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int First(OrtOperator* op) => 1;

    [UnmanagedCallersOnly]
    private static int Last(OrtOperator* op) => int.MaxValue;

    // ONNX Runtime gives the address of the operator back to each function.
    private struct Description
    {
        public OrtOperator Operator;
        public byte* Name;
        public int Matrices;
        public bool Floats;
    }
}
