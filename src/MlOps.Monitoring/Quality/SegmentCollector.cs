using System.Globalization;
using MlOps.Datasets;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Quality;

/// <summary>Collects a metric by segment.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentCollector
{
    private const int MaxSegments = 100;
    private readonly List<(int Column, bool IsText)> _columns = [];
    private readonly List<SegmentColumn> _segments = [];
    private readonly SegmentValue[] _values;
    private readonly int _minimumRows;

    /// <summary>Initializes a new instance of the <see cref="SegmentCollector"/> class.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="task">The kind of the model.</param>
    /// <param name="columns">The columns of the rows.</param>
    /// <param name="baseline">The profile of the inputs of the baseline, whose bins define the ranges, or <see langword="null"/>.</param>
    public SegmentCollector(QualityOptions options, QualityTask task, IReadOnlyList<RowColumn> columns, DataProfile? baseline)
    {
        var found = new QualityColumns(columns);
        _minimumRows = options.MinimumRows;
        Metric = options.SegmentMetric ?? QualityMetrics.OfSegments(task, options.TopK)[0];
        if (!QualityMetrics.OfSegments(task, options.TopK).Contains(Metric))
        {
            throw QualityColumns.Fault(
                $"SegmentMetric is '{Metric}', which is not a metric of a {task} model. "
                + $"Set it to one of {string.Join(", ", QualityMetrics.OfSegments(task, options.TopK))}.");
        }

        foreach (var name in options.Segments)
        {
            var column = found.Find(name);
            if (column < 0)
            {
                throw found.Missing(nameof(options.Segments), name);
            }

            _columns.Add((column, found.IsText(column)));
            _segments.Add(new(name, found.IsText(column), GetQuartiles(baseline?.Find(name))));
        }

        _values = new SegmentValue[_columns.Count];
    }

    /// <summary>Gets the name of the metric.</summary>
    public string Metric { get; }

    /// <summary>Gets or sets the rows of the batch whose features are in the log; <see langword="null"/> for all rows.</summary>
    public bool[]? Sampled { get; set; }

    /// <summary>Adds the metric of a row.</summary>
    public void Add(RowBatch batch, int row, double metric)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            _segments[i].Add(Read(batch, row, i), metric);
        }
    }

    /// <summary>Adds the metric of a group with captured values.</summary>
    public void Add(SegmentValue[] values, double metric)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _segments[i].Add(values[i], metric);
        }
    }

    /// <summary>Copies the values of a row.</summary>
    public SegmentValue[] Capture(RowBatch batch, int row)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = Read(batch, row, i);
        }

        return [.. _values];
    }

    /// <summary>Removes all rows.</summary>
    public void Clear() => _segments.ForEach(static segment => segment.Clear());

    /// <summary>Compares the segments with all rows.</summary>
    /// <param name="overall">The metric of all rows.</param>
    /// <param name="faults">The faults of the result.</param>
    /// <returns>At most 100 segments, in descending order of <see cref="SegmentQuality.WorseBy"/>.</returns>
    public List<SegmentQuality> ToSegments(double overall, QualityFaults faults)
    {
        var all = _segments.SelectMany(segment =>
            segment.ToSegments(_minimumRows, faults).Select(part => (segment.Name, part.Value, part.Metric))).ToList();
        var level = 1 - ((1 - Intervals.Level) / Math.Max(1, all.Count));
        var ordered = all.Select(part => Compare(part.Name, part.Value, part.Metric, overall, level))
            .OrderByDescending(static segment => double.IsNaN(segment.WorseBy) ? double.NegativeInfinity : segment.WorseBy)
            .ThenByDescending(static segment => segment.Rows)
            .ToList();
        if (ordered.Count > MaxSegments)
        {
            faults.Count(
                string.Create(CultureInfo.InvariantCulture, $"{{0}} segments are not shown. The worst {MaxSegments} are."), rows: ordered.Count - MaxSegments);
        }

        return ordered[..Math.Min(MaxSegments, ordered.Count)];
    }

    private static double[] GetQuartiles(FeatureProfile? profile)
    {
        if (profile is null || profile.BinEdges.Count == 0)
        {
            return [];
        }

        var edges = new SortedSet<double>();
        foreach (var share in (ReadOnlySpan<double>)[0.25, 0.5, 0.75])
        {
            long below = 0;
            var nearest = (Distance: double.PositiveInfinity, Edge: 0.0);
            for (var i = 0; i < profile.BinEdges.Count; i++)
            {
                below += profile.BinCounts[i];
                var distance = Math.Abs(((double)below / profile.Values) - share);
                nearest = distance < nearest.Distance ? (distance, profile.BinEdges[i]) : nearest;
            }

            edges.Add(nearest.Edge);
        }

        return [.. edges];
    }

    private SegmentQuality Compare(string name, string value, MeanAccumulator rows, double overall, double level)
    {
        var wide = GetInterval(rows, level);
        return new()
        {
            Feature = name,
            Value = value,
            Rows = rows.Count,
            Metric = Metric,
            Estimate = GetInterval(rows, Intervals.Level),
            WorseBy = QualityMetrics.IsLowerBetter(Metric) ? wide.Low - overall : overall - wide.High,
        };
    }

    private QualityEstimate GetInterval(MeanAccumulator rows, double level) => Metric switch
    {
        QualityMetrics.Accuracy or QualityMetrics.Precision or QualityMetrics.Recall => Intervals.Wilson(rows.Mean, rows.Count, level),
        QualityMetrics.RootMeanSquaredError => Intervals.Root(rows, level),
        _ => Intervals.Mean(rows, level),
    };

    private SegmentValue Read(RowBatch batch, int row, int index)
    {
        var (column, isText) = _columns[index];
        var (number, text) = isText ? (double.NaN, batch.Texts(column)[row]) : (batch.Numbers(column)[row], null);

        // Outputs have values in all rows.
        return new(number, text, IsLogged: Sampled?[row] != false || text is not null || !double.IsNaN(number));
    }
}
