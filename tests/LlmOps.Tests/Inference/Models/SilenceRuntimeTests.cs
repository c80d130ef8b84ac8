using System.Runtime.InteropServices;
using LlmOps.Inference.Models;

namespace LlmOps.Tests.Inference.Models;

public sealed class SilenceRuntimeTests
{
    // What native code sees, not what .NET remembers.
    [Fact]
    public void The_runtime_is_told_to_send_nothing()
    {
        System.Runtime.CompilerServices.RuntimeHelpers.RunModuleConstructor(typeof(OnnxModel).Module.ModuleHandle);
        Assert.True(OperatingSystem.IsWindows() || Marshal.PtrToStringAnsi(Look(SilenceRuntime.Variable)) == "1");
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint Look(string name);
}
