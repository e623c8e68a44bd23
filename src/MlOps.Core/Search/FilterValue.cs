using System.Globalization;

namespace MlOps.Search;

/// <summary>A value found in a record or written in a filter: a number, text, or text that is a number.</summary>
internal readonly struct FilterValue
{
    private FilterValue(string text, double? number) => (Text, Number) = (text, number);

    public FilterValue(double number) => Number = number;

    public FilterValue(DateTimeOffset time) => Number = time.ToUnixTimeMilliseconds();

    /// <summary>Initializes what a record holds as text, which can be compared with a number if it is one.</summary>
    public FilterValue(string text)
        : this(text, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null)
    {
    }

    /// <summary>Makes a name that a record holds and whose case does not distinguish, such as an alias.</summary>
    public static FilterValue Name(string text) => new(text, null) { IgnoresCase = true };

    public string? Text { get; }

    private bool IgnoresCase { get; init; }

    public double? Number { get; }

    /// <summary>Makes what stands in quotes in a filter, which is text also if it looks like a number.</summary>
    public static FilterValue Literal(string text) => new(text, null);

    /// <summary>Tells whether this value of a record can be compared with one of a filter at all.</summary>
    public bool IsComparableTo(FilterValue literal) => literal.Number is null ? Text is not null : Number is not null;

    /// <summary>Tells whether this value of a record equals one of a filter.</summary>
    public bool IsEqualTo(FilterValue literal) => literal.Number is null ? string.Equals(Text, literal.Text, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal) : Number == literal.Number;
}
