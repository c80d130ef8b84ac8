using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmOps.Inference.Models;

/// <summary>
/// Keeps ONNX Runtime from sending usage data to its maker, which its Linux builds do since 1.29 unless this variable is set
/// (onnxruntime/core/platform/posix/telemetry.cc). It reads the process' own environment, which .NET's setter does not change.
/// </summary>
internal static class SilenceRuntime
{
    public const string Variable = "ORT_DISABLE_TELEMETRY";

    [ModuleInitializer]
    internal static void BeforeAnythingLoadsIt()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetEnvironment(Variable, "1", overwrite: 1);
        }
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
