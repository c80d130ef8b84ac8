using System.Runtime.InteropServices;

namespace LlmOps.Benchmarks.Serving.Engines;

/// <summary>The dozen functions of ONNX Runtime GenAI's C interface (ort_genai_c.h) that greedy generation takes.</summary>
internal static class GenAi
{
    public const string Library = "onnxruntime-genai";

    /// <summary>Throws what a call reports.</summary>
    public static void Check(nint result)
    {
        if (result == 0) return;
        string message = Marshal.PtrToStringUTF8(OgaResultGetError(result))!;
        OgaDestroyResult(result);
        throw new InvalidOperationException(message);
    }

    [DllImport(Library)]
    public static extern nint OgaResultGetError(nint result);

    [DllImport(Library)]
    public static extern void OgaDestroyResult(nint result);

    [DllImport(Library)]
    public static extern void OgaSetTelemetryEnabled([MarshalAs(UnmanagedType.I1)] bool enabled);

    [DllImport(Library)]
    public static extern nint OgaCreateConfig([MarshalAs(UnmanagedType.LPUTF8Str)] string folder, out nint config);

    [DllImport(Library)]
    public static extern nint OgaConfigOverlay(nint config, [MarshalAs(UnmanagedType.LPUTF8Str)] string json);

    [DllImport(Library)]
    public static extern nint OgaCreateModelFromConfig(nint config, out nint model);

    [DllImport(Library)]
    public static extern nint OgaCreateGeneratorParams(nint model, out nint parameters);

    [DllImport(Library)]
    public static extern nint OgaGeneratorParamsSetSearchNumber(nint parameters, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, double value);

    [DllImport(Library)]
    public static extern void OgaDestroyGeneratorParams(nint parameters);

    [DllImport(Library)]
    public static extern nint OgaCreateGenerator(nint model, nint parameters, out nint generator);

    [DllImport(Library)]
    public static extern void OgaDestroyGenerator(nint generator);

    [DllImport(Library)]
    public static extern nint OgaCreateSequences(out nint sequences);

    [DllImport(Library)]
    public static extern void OgaDestroySequences(nint sequences);

    [DllImport(Library)]
    public static extern nint OgaAppendTokenToSequence(int token, nint sequences, nuint index);

    [DllImport(Library)]
    public static extern nint OgaGenerator_AppendTokenSequences(nint generator, nint sequences);

    [DllImport(Library)]
    public static extern nint OgaGenerator_GenerateNextToken(nint generator);

    [DllImport(Library)]
    public static extern nint OgaGenerator_GetNextTokens(nint generator, out nint tokens, out nuint count);
}
