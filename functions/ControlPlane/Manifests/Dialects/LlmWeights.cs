namespace LlmOps.Manifests.Dialects;

/// <summary>
/// Shares in percent as KServe's proportional weights. A gateway may forget a backend of weight 0, and drop connections when
/// it gets weight again: so a slot that waits for traffic has weight 1 of a million, and only one that is cut off has 0.
/// </summary>
internal static class LlmWeights
{
    /// <summary>Weight of one percent: all together is the most that KServe takes, so that 1 is next to nothing.</summary>
    private const int OfPercent = HttpRoute.MostWeight / 100;

    /// <summary>The least weight, and the one that reads as no share.</summary>
    private const int Least = 1;

    /// <summary>The shares in percent that weights mean; the weights themselves where they mean no whole percentages.</summary>
    public static RouteManifest Shares(RouteManifest weights)
    {
        (int blue, int green) = (Effective(weights.Blue, weights.Green), Effective(weights.Green, weights.Blue));
        long all = (long)blue + green;
        return all > 0 && 100L * blue % all == 0 ? new RouteManifest((int)(100L * blue / all), (int)(100L * green / all)) : new RouteManifest(blue, green);
    }

    /// <summary>The weights that give these shares; those that stand, where they give them already.</summary>
    public static RouteManifest Written(RouteManifest standing, RouteManifest shares, IdleSlot idle)
    {
        if (Shares(standing) == shares && Idle(standing.Blue, shares.Blue, idle) && Idle(standing.Green, shares.Green, idle))
        {
            return standing;
        }
        return shares.Blue + shares.Green == 100 ? new RouteManifest(Weight(shares.Blue, idle), Weight(shares.Green, idle)) : shares;
    }

    private static bool Idle(int standing, int share, IdleSlot idle) => share > 0 || standing == (idle == IdleSlot.Warm ? Least : 0);

    private static int Weight(int percent, IdleSlot idle) => percent > 0 ? percent * OfPercent : idle == IdleSlot.Warm ? Least : 0;

    private static int Effective(int weight, int beside) => weight == Least && beside >= OfPercent ? 0 : weight;
}
