using System.Runtime.InteropServices;

namespace MlOps.Monitoring.Quality;

/// <summary>Counts rows by actual and predicted class, and computes the metrics of the counts.</summary>
/// <remarks>Not thread-safe. The memory is bounded by <see cref="LabelSet.Capacity"/>.</remarks>
internal sealed class ConfusionCounts
{
    private const int MaxClasses = 50;
    private readonly Dictionary<(int Actual, int Predicted), long> _cells = [];

    /// <summary>Gets the number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(int actual, int predicted)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_cells, (actual, predicted), out _)++;
        Rows++;
    }

    /// <summary>Gets the totals of the classes that have rows, by index.</summary>
    public SortedDictionary<int, ClassCounts> GetClasses()
    {
        var classes = new SortedDictionary<int, ClassCounts>();
        foreach (var ((actual, predicted), rows) in _cells)
        {
            var one = classes.GetValueOrDefault(actual);
            classes[actual] = one with { Actual = one.Actual + rows, Hits = one.Hits + (actual == predicted ? rows : 0) };
            var other = classes.GetValueOrDefault(predicted);
            classes[predicted] = other with { Predicted = other.Predicted + rows };
        }

        return classes;
    }

    /// <summary>Computes the average of a metric over the classes, with the interval of the delta method.</summary>
    /// <param name="classes">The totals of the classes.</param>
    /// <param name="metric">The metric of a class.</param>
    /// <param name="isWeighted">Whether the classes are weighted with their actual rows; otherwise they have equal weights.</param>
    /// <returns>
    /// The average. Its variance is (Σ p g² − (Σ p g)²)/n over the cells of the confusion matrix, where p is the share of a cell and g the derivative of the
    /// average with respect to p. The interval is the Wilson interval with the effective number of rows M(1 − M)/variance.
    /// </returns>
    /// <seealso href="https://doi.org/10.1007/s10489-021-02635-5">Takahashi et al. (2022).</seealso>
    public QualityEstimate Average(SortedDictionary<int, ClassCounts> classes, Func<ClassCounts, ClassMetric> metric, bool isWeighted)
    {
        if (Rows == 0)
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        var metrics = classes.ToDictionary(static pair => pair.Key, pair => metric(pair.Value));
        double average = 0, mean = 0, squares = 0;
        foreach (var (index, counts) in classes)
        {
            average += Weight(counts) * metrics[index].Value;
        }

        foreach (var ((actual, predicted), rows) in _cells)
        {
            var gradient = (Weight(classes[actual]) * metrics[actual].ByActual) + (Weight(classes[predicted]) * metrics[predicted].ByPredicted)
                + (actual == predicted ? Weight(classes[actual]) * metrics[actual].ByHits : 0);
            gradient = (gradient * Rows) + (isWeighted ? metrics[actual].Value : 0);
            var share = (double)rows / Rows;
            mean += share * gradient;
            squares += share * gradient * gradient;
        }

        var variance = Math.Max(0, squares - (mean * mean)) / Rows;
        average = Math.Clamp(average, 0, 1);
        double smallest = isWeighted ? Rows : classes.Count * Math.Max(1, classes.Values.Min(static counts => Math.Max(counts.Actual, counts.Predicted)));
        var effective = variance > 0 && average is > 0 and < 1 ? average * (1 - average) / variance : Math.Min(smallest, Rows);
        return Intervals.Wilson(average, effective);

        double Weight(ClassCounts counts) => isWeighted ? (double)counts.Actual / Rows : 1.0 / classes.Count;
    }

    /// <summary>Creates the matrix of the most frequent classes.</summary>
    /// <param name="classes">The totals of the classes.</param>
    /// <param name="names">The names by index.</param>
    public ConfusionMatrix ToMatrix(SortedDictionary<int, ClassCounts> classes, IReadOnlyList<string> names)
    {
        var order = classes.OrderByDescending(static pair => pair.Value.Actual + pair.Value.Predicted).Select(static pair => pair.Key).ToList();
        var shown = order.Count <= MaxClasses ? order : order[..(MaxClasses - 1)];
        var positions = shown.Select(static (index, position) => (index, position)).ToDictionary(static pair => pair.index, static pair => pair.position);
        var size = shown.Count + (shown.Count < order.Count ? 1 : 0);
        var counts = Enumerable.Range(0, size).Select(_ => new long[size]).ToArray();
        foreach (var ((actual, predicted), rows) in _cells)
        {
            counts[positions.GetValueOrDefault(actual, size - 1)][positions.GetValueOrDefault(predicted, size - 1)] += rows;
        }

        return new()
        {
            Classes = [.. shown.Select(index => names[index]), .. shown.Count < order.Count ? ["(other)"] : Array.Empty<string>()],
            Counts = counts,
        };
    }
}
