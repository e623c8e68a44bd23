using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Puts points together to a segment.</summary>
internal sealed class MetricSegmentBuilder
{
    private readonly Dictionary<MetricSeries, MetricColumnBuilder> _byValue = new(MetricSeriesComparer.Instance);
    private readonly Dictionary<MetricSeries, MetricColumnBuilder> _byReference = new(ReferenceEqualityComparer.Instance);
    private readonly List<MetricColumnBuilder> _columns = [];

    /// <summary>Gets the number of points.</summary>
    public int Count { get; private set; }

    public void Add(in MetricDataPoint point)
    {
        ColumnOf(point.Series).Add(point);
        Count++;
    }

    /// <summary>Adds all points of a segment after those that are there.</summary>
    public void Add(ArtifactPath path, MetricSegment segment)
    {
        foreach (var column in segment.Series)
        {
            foreach (var point in column.ToPoints(path, column.ToSeries(path)))
            {
                Add(point);
            }
        }
    }

    public MetricSegment Build() => new() { Format = StoredDocument.Format, Series = [.. _columns.Select(static column => column.Build())] };

    private MetricColumnBuilder ColumnOf(MetricSeries series)
    {
        if (_byReference.TryGetValue(series, out var column))
        {
            return column;
        }

        if (!_byValue.TryGetValue(series, out column))
        {
            column = new MetricColumnBuilder(series);
            _byValue.Add(series, column);
            _columns.Add(column);
        }

        _byReference.Add(series, column);
        return column;
    }
}
