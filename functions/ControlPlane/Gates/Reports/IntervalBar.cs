using System.Globalization;

namespace LlmOps.Gates.Reports;

/// <summary>Draws a difference with its bounds against no difference (solid line) and the limit (dashed line), as SVG.</summary>
internal static class IntervalBar
{
    private const double Width = 220;
    private const double Height = 26;
    private const double Middle = Height / 2;

    public static string Of(Comparison comparison)
    {
        (double lower, double upper) = (comparison.Interval.Lower, comparison.Interval.Upper);
        if (!double.IsFinite(lower) || !double.IsFinite(upper))
        {
            return "";
        }
        double[] shown = [lower, upper, -comparison.Margin, 0, comparison.Difference];
        double room = Math.Max(shown.Max() - shown.Min(), 1e-9) * 0.1;
        (double low, double high) = (shown.Min() - room, shown.Max() + room);
        string At(double value) => ((value - low) / (high - low) * Width).ToString("0.#", CultureInfo.InvariantCulture);
        string Line(string kind, double at) => $"<line class='{kind}' x1='{At(at)}' x2='{At(at)}' y1='2' y2='{Height - 2}'/>";
        return $"<svg class='bar {comparison.Told}' viewBox='0 0 {Width} {Height}' width='{Width}' height='{Height}' role='img'>"
            + $"<title>{Numbers.Show(comparison.Difference)}, between {Numbers.Show(lower)} and {Numbers.Show(upper)}; the limit is {Numbers.Show(-comparison.Margin)}</title>"
            + (comparison.Margin == 0 ? "" : Line("zero", 0)) + Line("limit", -comparison.Margin)
            + $"<line class='range' x1='{At(lower)}' x2='{At(upper)}' y1='{Middle}' y2='{Middle}'/><circle cx='{At(comparison.Difference)}' cy='{Middle}' r='4.5'/></svg>";
    }
}
