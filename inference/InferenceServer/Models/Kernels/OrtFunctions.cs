using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// The functions of ONNX Runtime's C API that operators need and its C# API lacks, by their places in OrtApi (onnxruntime_c_api.h;
/// places never change). A status that is not null is an error.
/// </summary>
internal static unsafe class OrtFunctions
{
    /// <summary>Most dimensions of a tensor.</summary>
    public const int MostDimensions = 8;

    private static readonly nint* s_functions = Load();

    /// <summary>A status that tells of an error; ONNX Runtime frees it.</summary>
    public static nint Error(string message)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(message + '\0')) return ((delegate* unmanaged<int, byte*, nint>)s_functions[0])(1, text);
    }

    public static nint CreateDomain(string name)
    {
        nint domain;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0')) Check(((delegate* unmanaged<byte*, nint*, nint>)s_functions[26])(text, &domain));
        return domain;
    }

    public static void Add(nint domain, OrtOperator* op) => Check(((delegate* unmanaged<nint, OrtOperator*, nint>)s_functions[27])(domain, op));

    public static void AddDomain(SafeHandle sessionOptions, nint domain) =>
        Check(((delegate* unmanaged<nint, nint, nint>)s_functions[28])(sessionOptions.DangerousGetHandle(), domain));

    public static void* Memory(nint tensor)
    {
        void* memory;
        Check(((delegate* unmanaged<nint, void**, nint>)s_functions[51])(tensor, &memory));
        return memory;
    }

    /// <summary>Values of a tensor.</summary>
    public static long Elements(nint tensor)
    {
        Span<long> shape = stackalloc long[MostDimensions];
        return TensorPrimitives.Product<long>(shape[..Shape(tensor, shape)]);
    }

    /// <summary>Writes the shape of a tensor and returns the number of its dimensions.</summary>
    public static int Shape(nint tensor, Span<long> dimensions)
    {
        nint info;
        nuint count;
        Check(((delegate* unmanaged<nint, nint*, nint>)s_functions[65])(tensor, &info));
        try
        {
            Check(((delegate* unmanaged<nint, nuint*, nint>)s_functions[61])(info, &count));
            if ((int)count > dimensions.Length) throw new InvalidOperationException($"a tensor of {count} dimensions");
            fixed (long* values = dimensions) Check(((delegate* unmanaged<nint, long*, nuint, nint>)s_functions[62])(info, values, count));
            return (int)count;
        }
        finally
        {
            ((delegate* unmanaged<nint, void>)s_functions[99])(info);
        }
    }

    /// <summary>A whole number among a node's attributes.</summary>
    public static long Attribute(nint kernelInfo, string name)
    {
        long value;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0')) Check(((delegate* unmanaged<nint, byte*, long*, nint>)s_functions[86])(kernelInfo, text, &value));
        return value;
    }

    public static nint Input(nint context, nuint index)
    {
        nint tensor;
        Check(((delegate* unmanaged<nint, nuint, nint*, nint>)s_functions[90])(context, index, &tensor));
        return tensor;
    }

    public static nint Output(nint context, nuint index, ReadOnlySpan<long> dimensions)
    {
        nint tensor;
        fixed (long* shape = dimensions)
        {
            Check(((delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)s_functions[91])(context, index, shape, (nuint)dimensions.Length, &tensor));
        }
        return tensor;
    }

    /// <summary>An input that is a weight of the model.</summary>
    public static nint Weight(nint kernelInfo, nuint index)
    {
        int constant;
        nint tensor;
        Check(((delegate* unmanaged<nint, nuint, int*, nint*, nint>)s_functions[249])(kernelInfo, index, &constant, &tensor));
        return constant == 0 ? throw new InvalidOperationException($"input {index} is not a weight") : tensor;
    }

    /// <summary>Calls a function for each number from 0 on, on the session's threads.</summary>
    public static void InParallel(nint context, delegate* unmanaged<void*, nuint, void> function, int total, void* argument) => Check(
        ((delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint>)s_functions[274])(context, function, (nuint)total, (nuint)total, argument));

    private static void Check(nint status)
    {
        if (status == 0) return;
        byte* message = ((delegate* unmanaged<nint, byte*>)s_functions[2])(status);
        string text = Marshal.PtrToStringUTF8((nint)message) ?? "";
        ((delegate* unmanaged<nint, void>)s_functions[93])(status);
        throw new InvalidOperationException(text);
    }

    private static nint* Load()
    {
        // The library is loaded, and its usage data switched off, by whoever uses the C# API first.
        _ = OrtEnv.Instance();
        nint* api = OrtGetApiBase();
        return ((delegate* unmanaged<uint, nint*>)api[0])(OrtOperator.ApiVersion);
    }

    [DllImport("onnxruntime")]
    private static extern nint* OrtGetApiBase();
}
