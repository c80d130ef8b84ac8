using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace LlmOps.Inference.Models.Devices;

/// <summary>Opens the device that the command line names. One that is not there ends the start: nobody is to find out by the latency.</summary>
internal static class OpenDevice
{
    private const string Provider = "libonnxruntime_providers_cuda.so";
    private const string Driver = "libcuda.so";
    private const string AskForGpu = "ask for a GPU (docker run --gpus all; nvidia.com/gpu in the pod's limits)";
    private const string OneVersion = "ONNX Runtime and its provider must be of one version and build, as in the gpu image";

    /// <param name="cuda">The number of a CUDA device; null for the processor.</param>
    /// <exception cref="MissingDeviceException">It cannot be used.</exception>
    public static ComputeDevice Open(int? cuda) => cuda is { } id ? OpenCuda(id) : ComputeDevice.Processor;

    private static CudaDevice OpenCuda(int id)
    {
        if (!OperatingSystem.IsLinux()) throw Missing(id, "CUDA is used on Linux only", "run the gpu image");
        if (Find(Provider) is not { } path) throw Missing(id, $"{Provider} is not beside the server", "run the gpu image, or publish with -c Azure -r linux-x64");

        // Before anybody else loads the library: ONNX Runtime first gives it what its initializers ask for.
        string? refusal = Append(id);
        CudaRuntime runtime = Load(path, out string? fault) ?? throw MissingLibrary(id, fault!, refusal);
        // ONNX Runtime has asked CUDA the same before; the short answer is the clear one.
        (int count, string? error) = runtime.CountDevices();
        if (error is not null) throw Missing(id, error, "compare `nvidia-smi` with CUDA 13, and " + AskForGpu);
        if (id >= count) throw Missing(id, $"the number of GPUs, counted from 0, is {count}", "name one of them");
        return refusal is null ? new CudaDevice(id, runtime) : throw Missing(id, refusal, OneVersion);
    }

    private static CudaRuntime? Load(string path, out string? fault)
    {
        fault = null;
        try
        {
            return new CudaRuntime(NativeLibrary.Load(path));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            fault = LastLine(e.Message);
            return null;
        }
    }

    // The system's loader names the library that is not there; ONNX Runtime says only that something is wrong.
    private static MissingDeviceException MissingLibrary(int id, string fault, string? refusal)
    {
        if (fault.StartsWith(Driver, StringComparison.Ordinal)) return Missing(id, fault, "NVIDIA's driver is missing: " + AskForGpu);
        return fault.Contains("cannot open shared object file", StringComparison.Ordinal)
            ? Missing(id, fault, "CUDA 13 and cuDNN 9 are needed, as in the gpu image")
            : Missing(id, refusal ?? fault, OneVersion);
    }

    // Its own log tells the same in more lines, of which the process is to write one.
    private static string? Append(int id)
    {
        OrtEnv environment = OrtEnv.Instance();
        OrtLoggingLevel level = environment.EnvLogLevel;
        environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        try
        {
            using SessionOptions options = new();
            CudaDevice.AddTo(options, id);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return LastLine(e.Message);
        }
        finally
        {
            environment.EnvLogLevel = level;
        }
    }

    // Published for one platform it lies beside the server, else where the host says that native libraries lie.
    private static string? Find(string library) =>
        ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Prepend(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists);

    private static MissingDeviceException Missing(int id, string what, string remedy) =>
        new($"--device {CudaDevice.NameOf(id)} cannot be used: {what}; {remedy}");

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
