using System.ComponentModel.DataAnnotations;

namespace LlmOps.Manifests;

/// <summary>What decides when the items cannot tell whether a limit against the champion holds.</summary>
public enum OnInconclusive
{
    /// <summary>A person.</summary>
    Hold,

    /// <summary>The difference as seen, however uncertain.</summary>
    PassPointEstimate,

    /// <summary>Nothing: it fails.</summary>
    Fail,
}

/// <summary>How the difference from the champion is bounded.</summary>
public enum PairedTest
{
    /// <summary>Shares exactly, everything else by the bootstrap.</summary>
    Auto,

    /// <summary>The exact bounds of a difference of paired shares.</summary>
    Mcnemar,

    /// <summary>The paired bootstrap.</summary>
    Bootstrap,
}

/// <summary>How much worse than the champion a candidate may be; relative limits are shares of the champion's value.</summary>
public sealed record ChampionLimit : IValidatableObject
{
    [Range(0, double.MaxValue)] public double? MaxDrop { get; init; }

    [Range(0, double.MaxValue)] public double? MaxIncrease { get; init; }

    [Range(0, 1)] public double? MaxRelativeDrop { get; init; }

    [Range(0, double.MaxValue)] public double? MaxRelativeIncrease { get; init; }

    public PairedTest Test { get; init; } = PairedTest.Auto;

    /// <summary>The chance (0..0.5) that a candidate which is worse than the limit passes by luck of the items.</summary>
    [Range(0.0001, 0.5)] public double Alpha { get; init; } = 0.05;

    public OnInconclusive OnInconclusive { get; init; } = OnInconclusive.Hold;

    internal bool IsEmpty => MaxDrop is null && MaxIncrease is null && MaxRelativeDrop is null && MaxRelativeIncrease is null;

    internal bool IsAbsolute => MaxRelativeDrop is null && MaxRelativeIncrease is null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enum.IsDefined(Test) || !Enum.IsDefined(OnInconclusive))
        {
            yield return new ValidationResult("vs_champion: test is auto, mcnemar or bootstrap; on_inconclusive is hold, pass_point_estimate or fail");
        }
    }
}
