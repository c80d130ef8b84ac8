using System.Runtime.InteropServices;
using System.Text.Json;
using static LlmOps.Benchmarks.Serving.Engines.GenAi;

namespace LlmOps.Benchmarks.Serving.Engines;

/// <summary>
/// ONNX Runtime GenAI as a peer's process. On CPUs it has no continuous batching: requests that arrive together run as one batch of
/// equal lengths, which is the best it can do.
/// </summary>
internal static class GenAiPeer
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Serves bursts from standard input until it closes.</summary>
    /// <param name="folder">The model's.</param>
    /// <param name="library">GenAI's native library.</param>
    /// <param name="threads">Threads that share one operator.</param>
    public static int Serve(string folder, string library, int threads)
    {
        NativeLibrary.SetDllImportResolver(typeof(GenAi).Assembly, (name, _, _) => name == Library ? NativeLibrary.Load(library) : 0);
        try
        {
            OgaSetTelemetryEnabled(false);
            Check(OgaCreateConfig(folder, out nint config));
            Check(OgaConfigOverlay(config, Settings(threads)));
            Check(OgaCreateModelFromConfig(config, out nint model));
            Say(new PeerLine(Ready: "ONNX Runtime GenAI 0.15 in process, static batch, fp32 cache"));
            while (Console.In.ReadLine() is { } line) Say(new PeerLine(Streams: Answer(model, JsonSerializer.Deserialize<Burst>(line, Json)!)));
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or DllNotFoundException or EntryPointNotFoundException)
        {
            Say(new PeerLine(Error: e.Message));
            return 1;
        }
    }

    private static StreamTimes[] Answer(nint model, Burst burst)
    {
        int streams = burst.Prompts.Count;
        Check(OgaCreateGeneratorParams(model, out nint parameters));
        Check(OgaGeneratorParamsSetSearchNumber(parameters, "batch_size", streams));
        Check(OgaGeneratorParamsSetSearchNumber(parameters, "max_length", burst.Prompts[0].Count + burst.Tokens));
        Check(OgaCreateSequences(out nint sequences));
        for (int i = 0; i < streams; i++)
        {
            foreach (int token in burst.Prompts[i]) Check(OgaAppendTokenToSequence(token, sequences, (nuint)i));
        }
        List<int>[] tokens = [.. burst.Prompts.Select(_ => new List<int>())];
        List<double>[] times = [.. burst.Prompts.Select(_ => new List<double>())];
        long start = TimeProvider.System.GetTimestamp();
        Check(OgaCreateGenerator(model, parameters, out nint generator));
        Check(OgaGenerator_AppendTokenSequences(generator, sequences));
        for (int step = 0; step < burst.Tokens; step++)
        {
            Check(OgaGenerator_GenerateNextToken(generator));
            Check(OgaGenerator_GetNextTokens(generator, out nint next, out nuint count));
            double now = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
            for (int i = 0; i < (int)count; i++)
            {
                tokens[i].Add(Marshal.ReadInt32(next, i * sizeof(int)));
                times[i].Add(now);
            }
        }
        OgaDestroyGenerator(generator);
        OgaDestroySequences(sequences);
        OgaDestroyGeneratorParams(parameters);
        return [.. tokens.Zip(times, (ids, when) => new StreamTimes(ids, when))];
    }

    private static string Settings(int threads) =>
        JsonSerializer.Serialize(new { model = new { decoder = new { session_options = new { intra_op_num_threads = threads } } } });

    private static void Say(PeerLine line)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(line, Json));
        Console.Out.Flush();
    }
}
