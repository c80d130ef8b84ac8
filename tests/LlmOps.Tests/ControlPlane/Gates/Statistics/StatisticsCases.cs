using System.Text.Json;
using LlmOps.Gates.Statistics;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates.Statistics;

/// <summary>What SciPy and statsmodels answer, recorded by make_cases.py.</summary>
internal sealed record StatisticsCases(
    string Generator, IReadOnlyList<PairedCase> Paired, IReadOnlyList<ShareCase> Shares, IReadOnlyList<BcaCase> Bca, IReadOnlyList<NormalCase> Normal)
{
    public static StatisticsCases Read() => JsonSerializer.Deserialize<StatisticsCases>(
        Repository.Text("tests/LlmOps.Tests/ControlPlane/Gates/Statistics/cases.json"), JsonSerializerOptions.Web)!;
}

internal sealed record PairedCase(int Items, int Gains, int Losses, double Alpha, double Lower, double Upper, double Mcnemar)
{
    public PairedCounts Counts => new(Items, Gains, Losses);
}

internal sealed record ShareCase(int Right, int Items, double Alpha, double Lower, double Upper);

internal sealed record BcaCase(double[] Values, double[] Drawn, double Alpha, double Lower, double Upper);

internal sealed record NormalCase(double P, double Z);
