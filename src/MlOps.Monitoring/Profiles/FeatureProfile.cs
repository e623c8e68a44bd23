using System.Diagnostics.CodeAnalysis;

namespace MlOps.Monitoring.Profiles;

/// <summary>The profile of one feature: counts, moments, quantiles and bins of numbers, or frequencies of categories.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FeatureProfile
{
    private IReadOnlyList<(double Value, long Weight)>? _sample;
    private KllSketch? _sketch;
    private HyperLogLog? _distinctSketch;

    /// <summary>Gets the name of the feature.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a value indicating whether the values are texts; otherwise they are numbers.</summary>
    public required bool IsText { get; init; }

    /// <summary>Gets the number of rows, including rows without a value.</summary>
    public long Count { get; init; }

    /// <summary>Gets the number of rows without a value.</summary>
    public long Missing { get; init; }

    /// <summary>Gets the number of NaN values.</summary>
    public long NaN { get; init; }

    /// <summary>Gets the number of positive infinities.</summary>
    public long PositiveInfinity { get; init; }

    /// <summary>Gets the number of negative infinities.</summary>
    public long NegativeInfinity { get; init; }

    /// <summary>Gets the number of finite numbers, or of texts.</summary>
    public long Values => Count - Missing - NaN - PositiveInfinity - NegativeInfinity;

    /// <summary>Gets the minimum of the finite numbers, or NaN if there are none.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>Gets the maximum of the finite numbers, or NaN if there are none.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>Gets the mean of the finite numbers, or NaN if there are none.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>Gets the population standard deviation of the finite numbers, or NaN if there are none.</summary>
    public double StandardDeviation { get; init; } = double.NaN;

    /// <summary>Gets the inner edges of the bins, in ascending order, which are quantiles of the baseline. A bin includes its upper edge.</summary>
    /// <value>
    /// Empty for texts, without a baseline, and if the baseline has no numbers. Otherwise the quantiles 1/20 to 19/20 without duplicates, where a value that at
    /// least two of them share has a bin of its own; at most 20 distinct values have a bin each; and a constant has the bins below, equal and above.
    /// </value>
    public IReadOnlyList<double> BinEdges { get; init; } = [];

    /// <summary>Gets the number of finite numbers in each bin. There is one bin more than edges; the outer bins are open.</summary>
    /// <value>Empty for texts.</value>
    public IReadOnlyList<long> BinCounts { get; init; } = [];

    /// <summary>Gets the frequent categories of a text with their numbers of rows, most frequent first.</summary>
    /// <value>Empty for numbers.</value>
    public IReadOnlyList<KeyValuePair<string, long>> Categories { get; init; } = [];

    /// <summary>Gets the number of texts that are not in <see cref="Categories"/>.</summary>
    public long OtherCategories { get; init; }

    /// <summary>Gets the number of texts that the baseline does not have; zero in a baseline.</summary>
    /// <value>Zero if the baseline does not have all its categories, that is, if its <see cref="OtherCategories"/> is not zero.</value>
    public long Unseen { get; init; }

    /// <summary>Gets the number of distinct finite numbers or texts.</summary>
    /// <value>Exact for at most 1,024 numbers or 1,000 categories; otherwise an estimate with a standard error of 1.6 %.</value>
    public double Distinct { get; init; }

    /// <summary>Gets the upper bound of the error of <see cref="Rank"/> of a value, which holds with a probability of at least 99 %.</summary>
    /// <value>
    /// Zero if the ranks are exact, as for at most 1,024 numbers; otherwise less than 0.0035. The bound is √(2 V ln 200) / n, where V is the sum of the squared
    /// changes of a rank by the sketch.
    /// </value>
    public double RankError { get; init; }

    /// <summary>Gets the upper bound of the number of rows that the count of each category in <see cref="Categories"/> lacks; zero if all are exact.</summary>
    /// <value>At most a thousandth of the texts. The categories of the baseline are always exact.</value>
    public long CategoryError { get; init; }

    /// <summary>Gets the profile of the lengths of the texts in UTF-16 characters; <see langword="null"/> for numbers.</summary>
    public FeatureProfile? Lengths { get; init; }

    /// <summary>Gets the retained numbers in ascending order, each with the number of values that it represents.</summary>
    internal IReadOnlyList<(double Value, long Weight)> Sample
    {
        get => _sample ??= _sketch?.ToSample() ?? [];
        init => _sample = value;
    }

    /// <summary>Gets the sketch of the numbers. It is not modified.</summary>
    internal KllSketch Sketch
    {
        get => _sketch ??= KllSketch.FromSample(Sample, RankError);
        init => _sketch = value;
    }

    /// <summary>Gets the sketch of the distinct values. It is not modified.</summary>
    [AllowNull]
    internal HyperLogLog DistinctSketch
    {
        get => _distinctSketch ??= CreateDistinctSketch();
        init => _distinctSketch = value;
    }

    /// <summary>Gets the categories of the baseline that the texts were counted with, in ordinal order; <see langword="null"/> without a baseline.</summary>
    internal IReadOnlyList<string>? Known { get; init; }

    /// <summary>Computes a quantile of the finite numbers: the smallest retained number whose rank is at least a probability.</summary>
    /// <remarks>The quantiles 0 and 1 are the exact minimum and maximum. The rank of others differs from the probability by at most about
    /// <see cref="RankError"/>.</remarks>
    /// <param name="probability">The probability, 0 to 1.</param>
    /// <returns>The quantile, or NaN if there are no numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in the range from 0 to 1.</exception>
    public double Quantile(double probability)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability is not in the range from 0 to 1.");
        }

        return Sample.Count == 0 ? double.NaN
            : probability == 0 && !double.IsNaN(Min) ? Min
            : probability == 1 && !double.IsNaN(Max) ? Max
            : Quantiles.Find(Sample, SampleWeight, probability);
    }

    /// <summary>Computes the share of finite numbers that are at most a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The share, 0 to 1, with the error <see cref="RankError"/>; NaN if there are no numbers or if the value is NaN.</returns>
    public double Rank(double value) =>
        Sample.Count == 0 || double.IsNaN(value) ? double.NaN : (double)Quantiles.WeightAtMost(Sample, value) / SampleWeight;

    /// <summary>Gets the categories that the rows of a later profile are counted with.</summary>
    internal string[] ToKnown() => [.. Categories.Select(static category => category.Key).Order(StringComparer.Ordinal)];

    /// <summary>Creates a copy with bins.</summary>
    internal FeatureProfile WithBins(IReadOnlyList<double> edges, IReadOnlyList<long> counts, FeatureProfile? lengths = null) => new()
    {
        Name = Name,
        IsText = IsText,
        Count = Count,
        Missing = Missing,
        NaN = NaN,
        PositiveInfinity = PositiveInfinity,
        NegativeInfinity = NegativeInfinity,
        Min = Min,
        Max = Max,
        Mean = Mean,
        StandardDeviation = StandardDeviation,
        BinEdges = edges,
        BinCounts = counts,
        Categories = Categories,
        OtherCategories = OtherCategories,
        CategoryError = CategoryError,
        Unseen = Unseen,
        Distinct = Distinct,
        RankError = RankError,
        Lengths = lengths,
        Known = Known,
        Sketch = Sketch,
        DistinctSketch = DistinctSketch,
    };

    private long SampleWeight => Sample.Sum(static item => item.Weight);

    // All values of an exact profile are in the sample or in the categories.
    private HyperLogLog CreateDistinctSketch()
    {
        var sketch = new HyperLogLog();
        foreach (var (value, _) in Sample)
        {
            sketch.Add(HyperLogLog.Hash(value));
        }

        foreach (var (text, _) in Categories)
        {
            sketch.Add(HyperLogLog.Hash(text));
        }

        return sketch;
    }
}
