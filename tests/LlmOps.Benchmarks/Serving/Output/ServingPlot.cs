using System.Globalization;
using System.Text;
using LlmOps.Benchmarks.Serving.Measures;
using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving.Output;

/// <summary>Tokens per second by streams as SVG, a panel for each precision, with what the bandwidth allows as a dashed line.</summary>
internal static class ServingPlot
{
    private const int Width = 520, Height = 380, Left = 60, Top = 50, Right = 20, Bottom = 50;
    private const string Bound = "bound";

    private static readonly Dictionary<string, string> Colours = new()
    {
        ["ours"] = "#1f6feb", ["llamacpp"] = "#d29922", ["genai"] = "#2da44e", ["transformersjs"] = "#8250df", [Bound] = "#666666",
    };

    public static string Of(ServingReport report, ModelShape shape)
    {
        string[] precisions = [.. report.Rows.Select(row => row.Precision).Distinct()];
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width * precisions.Length} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < precisions.Length; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({Width * i},0)\">\n{Panel(report, shape, precisions[i])}</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static string Panel(ServingReport report, ModelShape shape, string precision)
    {
        ServingRow[] rows = [.. report.Rows.Where(row => row.Precision == precision)];
        int[] streams = [.. rows.Select(row => row.Streams).Distinct().Order()];
        double top = rows.Max(row => row.TokensPerSecond) * 1.25;
        StringBuilder panel = new();
        Text(panel, Width / 2, 20, "middle", $"{report.Model}, {precision}: tokens/s by streams");
        Axes(panel, streams, top);
        int line = 0;
        foreach (string engine in rows.Select(row => row.Engine).Distinct())
        {
            IEnumerable<(int, double)> points = rows.Where(row => row.Engine == engine).OrderBy(row => row.Streams).Select(row => (row.Streams, row.TokensPerSecond));
            Curve(panel, engine, points, streams, top, line++);
        }
        Curve(panel, Bound, streams.Select(count => (count, Math.Min(top, BoundOf(report, shape, precision, count)))), streams, top, line);
        return panel.ToString();
    }

    private static double BoundOf(ServingReport report, ModelShape shape, string precision, int streams) =>
        Roofline.TokensPerSecond(shape, "ours", precision, streams, report.Tokens * 1.5, report.BandwidthGBps);

    private static void Axes(StringBuilder panel, int[] streams, double top)
    {
        panel.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left},{Top} V{Height - Bottom} H{Width - Right}\" fill=\"none\" stroke=\"#333\"/>\n");
        foreach (int count in streams) Text(panel, X(count, streams), Height - Bottom + 18, "middle", $"{count}");
        for (int i = 0; i <= 4; i++) Text(panel, Left - 6, Y(top * i / 4, top) + 4, "end", $"{top * i / 4:F0}");
        Text(panel, Width / 2, Height - 10, "middle", "streams");
    }

    private static void Curve(StringBuilder panel, string name, IEnumerable<(int Streams, double Value)> points, int[] streams, double top, int line)
    {
        string colour = Colours[name];
        (double X, double Y)[] at = [.. points.Select(point => (X(point.Streams, streams), Y(point.Value, top)))];
        string path = string.Join(' ', at.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:F1},{point.Y:F1}")));
        string dashes = name == Bound ? " stroke-dasharray=\"6 4\"" : "";
        panel.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/>\n");
        Text(panel, Left + 14, Top + (16 * line), "start", name == Bound ? "bandwidth bound (cut at the top)" : name, colour);
    }

    private static void Text(StringBuilder panel, double x, double y, string anchor, string text, string colour = "#333") => panel.Append(
        CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>\n");

    // Numbers of streams double from mark to mark, so they stand at equal distances.
    private static double X(int count, int[] streams) =>
        Left + 20 + (Array.IndexOf(streams, count) * (Width - Left - Right - 40.0) / Math.Max(1, streams.Length - 1));

    private static double Y(double value, double top) => Height - Bottom - (value / top * (Height - Bottom - Top));
}
