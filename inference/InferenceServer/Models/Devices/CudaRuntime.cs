using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmOps.Inference.Models.Devices;

/// <summary>The functions of CUDA's runtime that ONNX Runtime's C# API does not have: memory of any size, its rest, strided copies.</summary>
/// <param name="library">A library that was linked against the runtime: so it is the same one, of whatever version.</param>
internal sealed unsafe class CudaRuntime(nint library)
{
    private const int Success = 0;
    private const int OutOfMemory = 2;
    private const int DeviceToDevice = 3;

    private readonly delegate* unmanaged<int*, int> _getDeviceCount = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cudaGetDeviceCount");
    private readonly delegate* unmanaged<int, int> _setDevice = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "cudaSetDevice");
    private readonly delegate* unmanaged<nint*, nuint, int> _malloc = (delegate* unmanaged<nint*, nuint, int>)NativeLibrary.GetExport(library, "cudaMalloc");
    private readonly delegate* unmanaged<nint, int> _free = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cudaFree");
    private readonly delegate* unmanaged<nint, int, nuint, int> _memset = (delegate* unmanaged<nint, int, nuint, int>)NativeLibrary.GetExport(library, "cudaMemset");
    private readonly delegate* unmanaged<nint, nuint, nint, nuint, nuint, nuint, int, int> _memcpy2D =
        (delegate* unmanaged<nint, nuint, nint, nuint, nuint, nuint, int, int>)NativeLibrary.GetExport(library, "cudaMemcpy2D");
    private readonly delegate* unmanaged<int> _synchronize = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "cudaDeviceSynchronize");
    private readonly delegate* unmanaged<nuint*, nuint*, int> _memGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)NativeLibrary.GetExport(library, "cudaMemGetInfo");
    private readonly delegate* unmanaged<int, nint> _getErrorString = (delegate* unmanaged<int, nint>)NativeLibrary.GetExport(library, "cudaGetErrorString");

    /// <summary>How many devices there are, or why none can be used.</summary>
    public (int Count, string? Error) CountDevices()
    {
        int count = 0;
        int code = _getDeviceCount(&count);
        return code == Success ? (count, null) : (0, Describe(code));
    }

    /// <summary>Bytes that are free on a device, whoever uses the rest.</summary>
    public long FreeBytes(int device)
    {
        nuint free = 0;
        nuint total = 0;
        Check(_setDevice(device), "cudaSetDevice");
        Check(_memGetInfo(&free, &total), "cudaMemGetInfo");
        return (long)free;
    }

    /// <exception cref="InsufficientMemoryException">There is not so much.</exception>
    public nint AllocateZeroed(int device, long bytes)
    {
        nint memory = 0;
        Check(_setDevice(device), "cudaSetDevice");
        int code = _malloc(&memory, checked((nuint)bytes));
        if (code == OutOfMemory)
        {
            throw new InsufficientMemoryException(string.Create(CultureInfo.InvariantCulture, $"{CudaDevice.NameOf(device)} has no {bytes:N0} bytes left"));
        }
        Check(code, "cudaMalloc");
        Check(_memset(memory, 0, (nuint)bytes), "cudaMemset");
        Check(_synchronize(), "cudaDeviceSynchronize");
        return memory;
    }

    // While the process ends, CUDA may have been taken down before; there is nothing to be done about an error then.
    public void Free(int device, nint memory)
    {
        _ = _setDevice(device);
        _ = _free(memory);
    }

    public void Copy(int device, nint from, nint to, long bytes, long apart, int count)
    {
        Check(_setDevice(device), "cudaSetDevice");
        Check(_memcpy2D(to, (nuint)apart, from, (nuint)apart, (nuint)bytes, (nuint)count, DeviceToDevice), "cudaMemcpy2D");
    }

    /// <summary>Waits: ONNX Runtime's streams do not wait for the default one, which the copies are on.</summary>
    public void Finish(int device)
    {
        Check(_setDevice(device), "cudaSetDevice");
        Check(_synchronize(), "cudaDeviceSynchronize");
    }

    private void Check(int code, string function)
    {
        if (code != Success) throw new InvalidOperationException($"{function}: {Describe(code)}");
    }

    private string Describe(int code) => $"{Marshal.PtrToStringUTF8(_getErrorString(code))} ({code.ToString(CultureInfo.InvariantCulture)})";
}
