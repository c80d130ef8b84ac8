using LlmOps.Benchmarks.Serving.Engines;
using LlmOps.Benchmarks.Serving.Measures;
using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving;

/// <summary>
/// Measures all engines in turn: each burst of requests goes to one engine after the other before the next burst, and who is not
/// asked is stopped. The bandwidth is measured before each round.
/// </summary>
internal sealed class ServingRun(ServingOptions options, GeneratedModel model, string root, Action<string> tell)
{
    private readonly List<Cell> _cells = [];
    private readonly List<double> _bandwidths = [];
    private readonly Dictionary<string, string> _engines = [];
    private readonly Dictionary<string, string> _missing = [];
    private readonly List<SameTokens> _same = [];

    public async Task<ServingReport> Measure()
    {
        foreach (string precision in options.Precisions)
        {
            List<ServingEngine> engines = await Start(precision);
            try
            {
                for (int round = 0; round < options.Rounds; round++) await Round(engines, precision, round);
            }
            finally
            {
                foreach (ServingEngine engine in engines) engine.Dispose();
            }
        }
        double bandwidth = _bandwidths.Max();
        return new ServingReport(
            Math.Round(bandwidth, 2), model.Shape.Name, [.. _cells.Where(cell => cell.Rounds > 0).Select(cell => cell.Row(model.Shape, options.Tokens, bandwidth))])
        {
            Parameters = model.Shape.ReadParameters, Threads = options.Threads, Rounds = options.Rounds, Tokens = options.Tokens,
            BandwidthsGBps = [.. _bandwidths.Select(one => Math.Round(one, 2))], Engines = _engines, Missing = _missing, SameTokens = _same,
        };
    }

    private async Task<List<ServingEngine>> Start(string precision)
    {
        StartEngine start = new(root, model, options.Threads, options.Streams.Max());
        List<ServingEngine> engines = [];
        foreach (string name in options.Engines)
        {
            try
            {
                ServingEngine engine = await start.Run(name, precision);
                engines.Add(engine);
                await engine.Answer(Prompts.Burst(model.Shape, -1, options.Streams.Max(), options.Tokens, 8));
                _engines[name] = engine.Description;
                engine.Pause();
            }
            catch (Exception e) when (Peer(name, e))
            {
                LeaveOut(engines, name, precision, e);
            }
        }
        return engines;
    }

    private async Task Round(List<ServingEngine> engines, string precision, int round)
    {
        _bandwidths.Add(MemoryBandwidth.Measure(options.Threads));
        foreach (int streams in options.Streams)
        {
            Burst burst = Prompts.Burst(model.Shape, round, streams, options.Tokens, options.Tokens);
            IReadOnlyList<StreamTimes>? ours = null;
            foreach (ServingEngine engine in engines.ToArray())
            {
                try
                {
                    IReadOnlyList<StreamTimes> answers = await Ask(engine, burst, streams);
                    _same.Add(SameTokens.Of(engine.Name, precision, streams, round, ours ??= answers, answers));
                }
                catch (Exception e) when (Peer(engine.Name, e))
                {
                    LeaveOut(engines, engine.Name, precision, e);
                }
            }
        }
    }

    private async Task<IReadOnlyList<StreamTimes>> Ask(ServingEngine engine, Burst burst, int streams)
    {
        engine.Resume();
        IReadOnlyList<StreamTimes> answers = await engine.Answer(burst);
        engine.Pause();
        Cell cell = CellOf(engine.Name, engine.Precision, streams);
        cell.Add(answers, options.Tokens);
        cell.PeakMemoryMB = engine.PeakMemoryMB;
        ServingRow row = cell.Row(model.Shape, options.Tokens, _bandwidths.Max());
        tell($"{engine.Precision} {streams} {engine.Name}: {row.TokensPerSecond} tokens/s, decoding {row.DecodeTokensPerSecond}, first token p95 {row.TtftP95Ms} ms");
        return answers;
    }

    // Ours failing is a failure of the benchmark; a peer that fails is named and left out from then on.
    private static bool Peer(string engine, Exception e) =>
        engine != OurServer.EngineName && (e is InvalidOperationException or InvalidDataException or IOException or TimeoutException or System.ComponentModel.Win32Exception);

    private void LeaveOut(List<ServingEngine> engines, string name, string precision, Exception why)
    {
        _missing[$"{name} {precision}"] = why.Message;
        // Fewer rounds than the others' cannot be compared with theirs.
        _cells.RemoveAll(cell => cell.Engine == name && cell.Precision == precision);
        tell($"{name} {precision} is left out: {why.Message}");
        foreach (ServingEngine engine in engines.Where(one => one.Name == name)) engine.Dispose();
        engines.RemoveAll(engine => engine.Name == name);
    }

    private Cell CellOf(string engine, string precision, int streams)
    {
        Cell? cell = _cells.Find(one => one.Engine == engine && one.Precision == precision && one.Streams == streams);
        if (cell is null) _cells.Add(cell = new Cell(engine, precision, streams));
        return cell;
    }
}
