using LlmOps.Inference.Models.Devices;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Inference.Models.Executors;

/// <summary>The keys and values of all layers, bound as past and as present of a run, which so writes them in place.</summary>
internal sealed class SlotCache : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly List<(CacheNames Names, CacheMemory Memory)> _layers = [];

    /// <exception cref="OutOfMemoryException">The device has no room for it; what it had given is free again.</exception>
    public SlotCache(ComputeDevice device, InferenceSession session, int rows, DecoderConfig config)
    {
        _device = device;
        try
        {
            foreach (CacheNames names in config.Cache)
            {
                _layers.Add((names, new CacheMemory(device, session.InputMetadata[names.Past].ElementDataType, rows, config)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Binds a range of rows.</summary>
    /// <param name="io">What they are bound to.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="owned">Takes what the caller disposes when it no longer needs the binding.</param>
    public void Bind(OrtIoBinding io, int first, int rows, List<OrtValue> owned)
    {
        foreach ((CacheNames names, CacheMemory memory) in _layers)
        {
            OrtValue view = memory.View(first, rows);
            owned.Add(view);
            io.BindInput(names.Past, view);
            io.BindOutput(names.Present, view);
        }
    }

    /// <summary>Copies the first positions of a row over those of another.</summary>
    public void Copy(int from, int to, int length)
    {
        foreach ((_, CacheMemory memory) in _layers) memory.Copy(from, to, length);
        _device.Finish();
    }

    public void Dispose()
    {
        foreach ((_, CacheMemory memory) in _layers) memory.Dispose();
        _layers.Clear();
    }
}
