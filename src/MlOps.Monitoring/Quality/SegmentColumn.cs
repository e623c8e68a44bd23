using System.Globalization;

namespace MlOps.Monitoring.Quality;

/// <summary>Collects the metric of rows by the value or range of one column.</summary>
/// <remarks>Not thread-safe. The memory is bounded: at most 1,000 categories, and 10,000 rows until the ranges are known.</remarks>
/// <param name="name">The name of the feature.</param>
/// <param name="isText">Whether the values are texts.</param>
/// <param name="edges">The upper edges of all ranges except the last; empty to compute the quartiles of the first rows.</param>
internal sealed class SegmentColumn(string name, bool isText, IReadOnlyList<double> edges)
{
    private const int MaxCategories = 1_000;
    private const int RowsOfQuartiles = 10_000;
    private readonly Dictionary<string, MeanAccumulator> _categories = new(StringComparer.Ordinal);
    private readonly List<(double Value, double Metric)> _first = [];
    private double[]? _edges = edges.Count > 0 ? [.. edges] : null;
    private MeanAccumulator[] _ranges = new MeanAccumulator[edges.Count + 1];
    private MeanAccumulator _rest;
    private long _missing;

    /// <summary>Gets the name of the feature.</summary>
    public string Name => name;

    /// <summary>Adds the metric of a row.</summary>
    public void Add(SegmentValue value, double metric)
    {
        if (!value.IsLogged)
        {
            // A sample of the features is a setting, not a fault of the data.
            return;
        }

        if (isText)
        {
            AddCategory(value.Text, metric);
        }
        else if (double.IsNaN(value.Number))
        {
            _missing++;
        }
        else if (_edges is null)
        {
            _first.Add((value.Number, metric));
            if (_first.Count == RowsOfQuartiles)
            {
                Freeze();
            }
        }
        else
        {
            AddToRange(value.Number, metric);
        }
    }

    /// <summary>Removes all rows, and keeps the ranges.</summary>
    public void Clear()
    {
        _categories.Clear();
        _first.Clear();
        Array.Clear(_ranges);
        (_rest, _missing) = (default, 0);
    }

    /// <summary>Gets the segments with at least a number of rows. Smaller categories are merged.</summary>
    /// <param name="minimumRows">The minimum number of rows.</param>
    /// <param name="faults">The faults of the result, for segments that are omitted.</param>
    public List<(string Value, MeanAccumulator Metric)> ToSegments(int minimumRows, QualityFaults faults)
    {
        List<(string Value, MeanAccumulator Metric)> segments = [.. isText ? MergeCategories(minimumRows) : GetRanges()];
        var small = segments.Where(segment => segment.Metric.Count < minimumRows).ToList();
        if (small.Count > 0)
        {
            faults.Count(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{0}} segments of '{QualityFaults.Escape(Name)}' are not shown, because they have fewer than {minimumRows} rows."),
                rows: small.Count);
        }

        if (_missing > 0)
        {
            faults.Count(
                $"{{0}} rows with an outcome have no value of '{QualityFaults.Escape(Name)}', and belong to none of its segments. "
                + "Check the source of the feature if its values are not optional.",
                rows: _missing);
        }

        return [.. segments.Where(segment => segment.Metric.Count >= minimumRows)];
    }

    private void AddCategory(string? category, double metric)
    {
        if (category is null)
        {
            _missing++;
            return;
        }

        if (!_categories.TryGetValue(category, out var rows) && _categories.Count == MaxCategories)
        {
            _rest.Add(metric);
            return;
        }

        rows.Add(metric);
        _categories[category] = rows;
    }

    private IEnumerable<(string Value, MeanAccumulator Metric)> MergeCategories(int minimumRows)
    {
        var (rest, merged) = (_rest, 0);
        foreach (var (category, rows) in _categories.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (rows.Count >= minimumRows)
            {
                yield return (category, rows);
            }
            else
            {
                rest.Add(rows);
                merged++;
            }
        }

        if (rest.Count > 0)
        {
            yield return (_rest.Count > 0 ? "(other values)" : string.Create(CultureInfo.InvariantCulture, $"({merged} other values)"), rest);
        }
    }

    private IEnumerable<(string Value, MeanAccumulator Metric)> GetRanges()
    {
        Freeze();
        for (var i = 0; i < _ranges.Length; i++)
        {
            if (_ranges[i].Count > 0)
            {
                yield return (FormatRange(i), _ranges[i]);
            }
        }
    }

    private string FormatRange(int index) => _edges switch
    {
        null or [] => "all",
        [var first, ..] when index == 0 => string.Create(CultureInfo.InvariantCulture, $"≤ {first:G6}"),
        [.., var last] when index == _edges.Length => string.Create(CultureInfo.InvariantCulture, $"> {last:G6}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"> {_edges[index - 1]:G6} and ≤ {_edges[index]:G6}"),
    };

    private void Freeze()
    {
        if (_edges is not null || _first.Count == 0)
        {
            return;
        }

        var values = _first.Select(static row => row.Value).Order().ToList();
        _edges = [.. Enumerable.Range(1, 3).Select(i => values[((i * values.Count) + 3) / 4 - 1]).Distinct().Where(edge => edge < values[^1])];
        _ranges = new MeanAccumulator[_edges.Length + 1];
        foreach (var (value, metric) in _first)
        {
            AddToRange(value, metric);
        }

        _first.Clear();
    }

    private void AddToRange(double value, double metric)
    {
        var index = Array.BinarySearch(_edges!, value);
        _ranges[index < 0 ? ~index : index].Add(metric);
    }
}
