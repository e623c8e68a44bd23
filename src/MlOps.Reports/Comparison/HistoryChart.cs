using System.Text;
using System.Xml.Linq;
using Bucket = MlOps.Reports.StepBuckets.Bucket;

namespace MlOps.Reports;

/// <summary>Draws the history of a metric for an HTML page, with a line for each run.</summary>
internal sealed class HistoryChart
{
    private const double Width = 400;
    private const double Height = 250;
    private const double Left = 58;
    private const double Top = 10;
    private const double PlotWidth = Width - Left - 22;
    private const double PlotHeight = Height - Top - 40;
    private const double Largest = 1e300;
    private readonly MetricHistory _history;
    private readonly IReadOnlyList<string> _headings;
    private readonly IReadOnlyList<int?> _colors;
    private readonly PlotArea _area;

    /// <summary>Initializes a new instance of the <see cref="HistoryChart"/> class.</summary>
    /// <param name="history">The history.</param>
    /// <param name="headings">The name of each run on the page.</param>
    /// <param name="colors">The number of the color of each run, or <see langword="null"/> for a muted line.</param>
    public HistoryChart(MetricHistory history, IReadOnlyList<string> headings, IReadOnlyList<int?> colors)
    {
        (_history, _headings, _colors) = (history, headings, colors);
        var buckets = history.Buckets.SelectMany(static run => run).OfType<Bucket>();
        var values = buckets.SelectMany(static bucket => new[] { bucket.Minimum, bucket.Maximum }).Where(IsDrawn).ToArray();
        var (least, greatest) = values.Length == 0 ? (0, 0) : (values.Min(), values.Max());
        IsLogarithmic = LogarithmicAxis.Fits(least, greatest);
        _area = new PlotArea(
            Left,
            Top,
            PlotWidth,
            PlotHeight,
            new LinearAxis(history.Steps.Select(static step => (double)step), minInterval: 1),
            IsLogarithmic ? new LogarithmicAxis(least, greatest) : new LinearAxis(values));
    }

    /// <summary>Gets a value indicating whether the vertical axis is logarithmic.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Finds the runs with NaN or infinite values, each with the first step of such a value.</summary>
    public IEnumerable<(int Run, long Step)> FindGaps() => Enumerable.Range(0, _headings.Count)
        .SelectMany(run => FindGapStarts(run).Take(1).Select(row => (run, GapStep(run, row))));

    public XElement Draw()
    {
        var runs = Enumerable.Range(0, _headings.Count).OrderBy(run => _colors[run] is not null);
        return Svg.Root(
            _history.Metric,
            Width,
            Height,
            [.. _area.DrawAxes(), Svg.Text(Left + (PlotWidth / 2), Height - 4, "step", "middle"), .. runs.SelectMany(DrawRun)]);
    }

    private static bool IsDrawn(double value) => Math.Abs(value) <= Largest;

    private IEnumerable<XElement> DrawRun(int run)
    {
        var name = _colors[run] is { } color ? $"r{color}" : "rest";
        if (_history.StepsPerRow > 1 && _colors[run] is not null)
        {
            yield return Svg.Element("path", ("class", $"band {name}"), ("d", DrawBand(_history.Buckets[run])));
        }

        var line = Svg.Element("path", ("class", $"line {name}"), ("d", DrawLine(_history.Buckets[run])));
        line.Add(Svg.Title(_headings[run]));
        yield return line;
        foreach (var row in FindGapStarts(run))
        {
            var cross = $"M{_area.X(_history.Steps[row])} {Svg.Number(Top + PlotHeight)}m-4-4l8 8m0-8l-8 8";
            var mark = Svg.Element("path", ("class", $"gap {name}"), ("d", cross));
            mark.Add(Svg.Title($"{_headings[run]}: NaN or infinite at step {GapStep(run, row)}"));
            yield return mark;
        }
    }

    /// <summary>Finds the first row of each sequence of rows with NaN or infinite values.</summary>
    private IEnumerable<int> FindGapStarts(int run)
    {
        var isGap = false;
        for (var row = 0; row < _history.Steps.Count; row++)
        {
            if (_history.Buckets[run][row] is { } bucket)
            {
                if (bucket.Gap is not null && !isGap)
                {
                    yield return row;
                }

                isGap = bucket.Gap is not null;
            }
        }
    }

    private long GapStep(int run, int row) => _history.Buckets[run][row]!.Value.Gap!.Value;

    private string DrawLine(IReadOnlyList<Bucket?> buckets)
    {
        var path = new StringBuilder();
        var isJoined = false;
        for (var row = 0; row < buckets.Count; row++)
        {
            if (buckets[row] is { } bucket)
            {
                if (IsDrawn(bucket.Last))
                {
                    // A line of zero length is drawn as a dot, so that a point between two gaps is visible.
                    path.Append(isJoined ? 'L' : 'M').Append(_area.X(_history.Steps[row])).Append(' ').Append(_area.Y(bucket.Last))
                        .Append(isJoined ? "" : "h0");
                }

                isJoined = IsDrawn(bucket.Last);
            }
        }

        return path.ToString();
    }

    /// <summary>Draws the outline of the value ranges of the rows: along the maximums, and back along the minimums.</summary>
    private string DrawBand(IReadOnlyList<Bucket?> buckets)
    {
        var rows = Enumerable.Range(0, buckets.Count).Where(row => buckets[row] is { } bucket && IsDrawn(bucket.Minimum) && IsDrawn(bucket.Maximum)).ToArray();
        var points = rows.Select(row => (row, buckets[row]!.Value.Maximum)).Concat(rows.Reverse().Select(row => (row, buckets[row]!.Value.Minimum)));
        var path = string.Join('L', points.Select(point => $"{_area.X(_history.Steps[point.row])} {_area.Y(point.Item2)}"));
        return path.Length == 0 ? "" : $"M{path}Z";
    }
}
