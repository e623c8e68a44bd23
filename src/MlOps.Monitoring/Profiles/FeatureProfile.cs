namespace MlOps.Monitoring.Profiles;

/// <summary>The profile of one feature: counts, moments, quantiles and bins of numbers, or frequencies of categories.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FeatureProfile
{
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
    /// <value>Empty for texts.</value>
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
    public long Unseen { get; init; }

    /// <summary>Gets the estimated number of distinct values.</summary>
    public double Distinct { get; init; }

    /// <summary>Gets the upper bound of the error of <see cref="Rank"/>, which holds with a probability of 99 %; zero if the ranks are exact.</summary>
    public double RankError { get; init; }

    /// <summary>Computes a quantile of the finite numbers.</summary>
    /// <param name="probability">The probability, 0 to 1.</param>
    /// <returns>The quantile, or NaN if there are no numbers.</returns>
    public double Quantile(double probability)
    {
        var rest = probability * Sample.Sum(static point => point.Weight);
        foreach (var (value, weight) in Sample)
        {
            rest -= weight;
            if (rest <= 0)
            {
                return value;
            }
        }

        return Sample.Count == 0 ? double.NaN : Sample[^1].Value;
    }

    /// <summary>Computes the share of finite numbers that are at most a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The share, 0 to 1, or NaN if there are no numbers.</returns>
    public double Rank(double value) => Sample.Count == 0
        ? double.NaN
        : (double)Sample.TakeWhile(point => point.Value <= value).Sum(static point => point.Weight) / Sample.Sum(static point => point.Weight);

    /// <summary>Gets the retained numbers in ascending order, each with the number of values that it represents.</summary>
    internal IReadOnlyList<(double Value, long Weight)> Sample { get; init; } = [];
}
