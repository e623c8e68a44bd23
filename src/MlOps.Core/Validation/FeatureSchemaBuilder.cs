using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Builds the schema of one feature from its values in training data.</summary>
/// <remarks>
/// <para>The schema allows every value that was added:</para>
/// <list type="bullet">
/// <item>Numbers: the range extends from the smallest to the largest finite number, with the slack of the options. If all numbers are equal, the slack is a
/// fraction of their magnitude (see <see cref="FeatureSchema.Slack"/>). NaN and infinities are allowed if they occurred. The value to impute is the lower
/// median. It is exact for up to 4,096 numbers. For more, it is the median of a random sample of 4,096 numbers, whose rank is within 2.5 % of the middle
/// with a probability of 99.8 %. The seed of the sample is fixed.</item>
/// <item>Strings: the schema lists the categories if there are at most <see cref="SchemaInferenceOptions.MaxCategories"/> distinct strings, none is longer
/// than 256 characters, and each occurred at least <see cref="SchemaInferenceOptions.MinRowsPerCategory"/> times on average. The value to impute is the most
/// frequent category. Otherwise the schema limits the length: to the common length if all strings have the same one, or else to twice the longest. The
/// minimum is 1 if no string was empty.</item>
/// <item>Booleans: the value to impute is the more frequent one.</item>
/// <item>Missing values: null is allowed if it occurred. For numbers, NaN is then allowed too, because types without null represent a missing value as
/// NaN.</item>
/// <item>Arrays: all elements share one range or one set of categories. The number of elements is fixed if it was the same in all rows.</item>
/// </list>
/// <para>Instances are not thread-safe. Memory use is bounded by about 100 kB.</para>
/// </remarks>
/// <param name="name">The name of the feature.</param>
/// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
/// <example>
/// <code>
/// var builder = new FeatureSchemaBuilder("age");
/// foreach (var age in new[] { 22.0, 38, 26 })
/// {
///     builder.Add(age);
/// }
///
/// var feature = builder.Build(FeatureType.Float32); // minimum 22, maximum 38, impute 26
/// </code>
/// </example>
public sealed class FeatureSchemaBuilder(string name, SchemaInferenceOptions? options = null)
{
    private readonly SchemaInferenceOptions _options = options ?? new();
    private readonly CategoryCounter _categories = new((options ?? new()).MaxCategories);
    private readonly MedianEstimator _median = new();
    private double? _minimum;
    private double? _maximum;
    private int? _shortest;
    private int? _longest;
    private int? _count;
    private bool _hasCounts;
    private bool _hasNull;
    private bool _hasNaN;
    private bool _hasInfinity;
    private long _trues;
    private long _falses;

    /// <summary>Gets the lengths of the shortest and the longest string added.</summary>
    internal (int? Shortest, int? Longest) Lengths => (_shortest, _longest);

    /// <summary>Adds a missing value.</summary>
    public void AddNull() => _hasNull = true;

    /// <summary>Adds a number.</summary>
    /// <param name="value">The number. NaN and infinities are allowed.</param>
    public void Add(double value)
    {
        _hasNaN |= double.IsNaN(value);
        _hasInfinity |= double.IsInfinity(value);
        if (double.IsFinite(value))
        {
            _minimum = _minimum < value ? _minimum : value;
            _maximum = _maximum > value ? _maximum : value;
            _median.Add(value);
        }
    }

    /// <summary>Adds a string.</summary>
    /// <param name="value">The string.</param>
    public void Add(ReadOnlySpan<char> value)
    {
        _shortest = _shortest < value.Length ? _shortest : value.Length;
        _longest = _longest > value.Length ? _longest : value.Length;
        _categories.Add(value);
    }

    /// <summary>Adds a Boolean value.</summary>
    /// <param name="value">The value.</param>
    public void Add(bool value)
    {
        _trues += value ? 1 : 0;
        _falses += value ? 0 : 1;
    }

    /// <summary>Adds the length of an array. The elements are added separately.</summary>
    /// <param name="count">The number of elements.</param>
    public void AddCount(int count)
    {
        _count = !_hasCounts || _count == count ? count : null;
        _hasCounts = true;
    }

    /// <summary>Builds the schema from the values added so far.</summary>
    /// <param name="type">The type of the values.</param>
    /// <returns>A schema that allows all added values.</returns>
    public FeatureSchema Build(FeatureType type) => type switch
    {
        FeatureType.String => ToText(),
        FeatureType.Boolean or FeatureType.DateTime or FeatureType.Binary => new FeatureSchema
        {
            Name = name,
            Type = type,
            IsNullable = _hasNull,
            Count = _count,
            Impute = type == FeatureType.Boolean && _trues + _falses > 0 ? _trues > _falses : null,
        },
        _ => ToNumber(type),
    };

    private FeatureSchema ToNumber(FeatureType type) => new()
    {
        Name = name,
        Type = type,
        IsNullable = _hasNull,
        AllowNaN = _hasNaN || _hasNull,
        AllowInfinity = _hasInfinity,
        Minimum = _minimum,
        Maximum = _maximum,
        Slack = _minimum is null ? 0 : _options.Slack,
        Count = _count,
        Impute = _median.Find(),
    };

    private FeatureSchema ToText()
    {
        var found = _categories.Find(_options.MinRowsPerCategory);
        var lengths = found is null && _shortest is not null ? InferredLengths.Of(_shortest, _longest) : default;
        return new FeatureSchema
        {
            Name = name,
            Type = FeatureType.String,
            IsNullable = _hasNull,
            Categories = found?.Categories,
            MaxUnseenRate = found is null ? 0 : _options.MaxUnseenRate,
            MinimumLength = lengths.Minimum,
            MaximumLength = lengths.Maximum,
            Count = _count,
            Impute = found?.MostFrequent,
        };
    }
}
