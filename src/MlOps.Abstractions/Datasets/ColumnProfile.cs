namespace MlOps.Datasets;

/// <summary>A summary of one column. Properties that do not apply to the type of the column are <see langword="null"/>.</summary>
/// <remarks>
/// <para>Immutable and thread-safe.</para>
/// <para>Let x₁ … xₙ be the values that are neither null nor NaN. The mean is Σxᵢ / n, and the standard deviation is that of a sample,
/// √(Σ(xᵢ − mean)² / (n − 1)). Both are computed in one pass in double precision with Welford's method. They are NaN if a value is ±∞ or a square
/// overflows.</para>
/// </remarks>
/// <seealso href="https://doi.org/10.1080/00401706.1962.10490022">Note on a method for calculating corrected sums of squares and products, Welford
/// (1962).</seealso>
public sealed class ColumnProfile
{
    /// <summary>Gets the name of the column.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the type of the values.</summary>
    public required ColumnType Type { get; init; }

    /// <summary>Gets the number of rows without a value.</summary>
    /// <value>Zero or more. NaN counts as a value.</value>
    public required long Nulls { get; init; }

    /// <summary>Gets the number of NaN values. All other statistics exclude them.</summary>
    /// <value>Zero or more.</value>
    public long NaNs { get; init; }

    /// <summary>Gets the number of distinct values.</summary>
    /// <value><see langword="null"/> if the number exceeds the limit of the reader, or if the values cannot be compared.</value>
    public long? Distinct { get; init; }

    /// <summary>Gets the smallest number.</summary>
    /// <value>In double precision, which rounds integers beyond 2⁵³. See <see cref="ExactMinimum"/>.</value>
    public double? Minimum { get; init; }

    /// <summary>Gets the largest number.</summary>
    /// <value>In double precision, which rounds integers beyond 2⁵³. See <see cref="ExactMaximum"/>.</value>
    public double? Maximum { get; init; }

    /// <summary>Gets the exact smallest integer.</summary>
    /// <value>
    /// <see langword="null"/> if the type is not <see cref="ColumnType.Integer"/>, or if an older version of the library recorded the profile.
    /// </value>
    public Int128? ExactMinimum { get; init; }

    /// <summary>Gets the exact largest integer.</summary>
    /// <value><see langword="null"/> in the same cases as <see cref="ExactMinimum"/>.</value>
    public Int128? ExactMaximum { get; init; }

    /// <summary>Gets the mean of the numbers. For Boolean columns, this is the proportion of true values.</summary>
    public double? Mean { get; init; }

    /// <summary>Gets the sample standard deviation of the numbers.</summary>
    /// <value><see langword="null"/> if there are fewer than two numbers.</value>
    public double? StandardDeviation { get; init; }

    /// <summary>Gets the earliest date or time.</summary>
    /// <value>A date is represented as midnight. A time without an offset is interpreted as UTC.</value>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Gets the latest date or time.</summary>
    /// <value>A date is represented as midnight. A time without an offset is interpreted as UTC.</value>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Gets the length of the shortest string in UTF-16 characters, or of the shortest binary value in bytes.</summary>
    public int? Shortest { get; init; }

    /// <summary>Gets the length of the longest string in UTF-16 characters, or of the longest binary value in bytes.</summary>
    public int? Longest { get; init; }

    /// <summary>Gets the reason for missing or incomplete statistics, with the remedy.</summary>
    /// <value><see langword="null"/> if the statistics cover all values.</value>
    public string? Fault { get; init; }
}
