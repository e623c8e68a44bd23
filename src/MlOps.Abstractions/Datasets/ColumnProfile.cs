namespace MlOps.Datasets;

/// <summary>A summary of one column. What does not apply to the column's type is <see langword="null"/>.</summary>
/// <remarks>
/// <para>Immutable and thread-safe.</para>
/// <para>With x₁ … xₙ the values that are neither null nor NaN: the mean is Σxᵢ / n, and the standard deviation that of a sample, √(Σ(xᵢ − mean)² / (n − 1)).
/// Both are computed in one pass in double precision by Welford's method. A value of ±∞, or squares beyond double precision, make them NaN.</para>
/// </remarks>
/// <seealso href="https://doi.org/10.1080/00401706.1962.10490022">Note on a method for calculating corrected sums of squares and products, Welford (1962).</seealso>
public sealed class ColumnProfile
{
    /// <summary>Gets the column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what the values are.</summary>
    public required ColumnType Type { get; init; }

    /// <summary>Gets the number of rows without a value.</summary>
    /// <value>Zero or more; NaN is a value.</value>
    public required long Nulls { get; init; }

    /// <summary>Gets the number of values that are NaN, which all other figures leave out.</summary>
    /// <value>Zero or more.</value>
    public long NaNs { get; init; }

    /// <summary>Gets the number of different values.</summary>
    /// <value><see langword="null"/> if there are more than the reader counts, or none can be compared.</value>
    public long? Distinct { get; init; }

    /// <summary>Gets the smallest number.</summary>
    /// <value>In double precision, which rounds integers beyond 2⁵³; <see cref="ExactMinimum"/> has all digits.</value>
    public double? Minimum { get; init; }

    /// <summary>Gets the largest number.</summary>
    /// <value>As <see cref="Minimum"/>.</value>
    public double? Maximum { get; init; }

    /// <summary>Gets the smallest integer, with all digits.</summary>
    /// <value>
    /// <see langword="null"/> if the type is not <see cref="ColumnType.Integer"/>, or if the profile was recorded by a version of the library before this
    /// property.
    /// </value>
    public Int128? ExactMinimum { get; init; }

    /// <summary>Gets the largest integer, with all digits.</summary>
    /// <value>As <see cref="ExactMinimum"/>.</value>
    public Int128? ExactMaximum { get; init; }

    /// <summary>Gets the mean of the numbers; of booleans, the share that is true.</summary>
    public double? Mean { get; init; }

    /// <summary>Gets the sample standard deviation of the numbers.</summary>
    /// <value><see langword="null"/> if there are fewer than two.</value>
    public double? StandardDeviation { get; init; }

    /// <summary>Gets the earliest day or moment.</summary>
    /// <value>A day as its midnight, a moment without an offset as if it were UTC.</value>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Gets the latest day or moment.</summary>
    /// <value>As <see cref="Earliest"/>.</value>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Gets the length of the shortest text in UTF-16 characters, or of the shortest binary value in bytes.</summary>
    public int? Shortest { get; init; }

    /// <summary>Gets the length of the longest text in UTF-16 characters, or of the longest binary value in bytes.</summary>
    public int? Longest { get; init; }

    /// <summary>Gets the reason that figures are missing or leave values out, with the remedy.</summary>
    /// <value><see langword="null"/> if the figures are those of all values.</value>
    public string? Fault { get; init; }
}
