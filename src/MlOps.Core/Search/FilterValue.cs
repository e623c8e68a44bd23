using System.Globalization;

namespace MlOps.Search;

/// <summary>A value found in a record or written in a filter: a number, text, or text that is a number.</summary>
internal readonly struct FilterValue
{
    private readonly ShortenedText? _shortened;
    private readonly double? _number;

    private FilterValue(string text, double? number) => (Text, _number) = (text, number);

    private FilterValue(string text, ShortenedText shortened)
        : this(text, number: null) => _shortened = shortened;

    public FilterValue(double number) => _number = number;

    public FilterValue(DateTimeOffset time) => _number = time.ToUnixTimeMilliseconds();

    /// <summary>Initializes what a record holds as text, which can be compared with a number if it is one.</summary>
    public FilterValue(string text)
        : this(text, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null)
    {
    }

    /// <summary>Makes a name that a record holds and whose case does not distinguish, such as an alias.</summary>
    public static FilterValue Name(string text) => new(text, number: null) { IgnoresCase = true };

    /// <summary>Makes a value of which only a shortened text is at hand.</summary>
    /// <param name="text">The shortened text.</param>
    /// <param name="isMaybeNumber">Whether the whole text may be a number.</param>
    /// <param name="isMaybeEqual">Determines whether the whole text may equal another text.</param>
    /// <param name="requestWhole">Called if the whole text is needed.</param>
    public static FilterValue Shortened(string text, bool isMaybeNumber, Func<string, bool> isMaybeEqual, Action requestWhole) =>
        new(text, new ShortenedText(isMaybeNumber, isMaybeEqual, requestWhole));

    /// <summary>Gets the text, which is shortened unless <see cref="IsWhole"/>.</summary>
    public string? Text { get; }

    private bool IgnoresCase { get; init; }

    /// <summary>Gets the number, and requests the whole text if that may be one.</summary>
    public double? Number => _shortened?.IsMaybeNumber == true && !IsWhole() ? null : _number;

    /// <summary>Makes what stands in quotes in a filter, which is text also if it looks like a number.</summary>
    public static FilterValue Literal(string text) => new(text, number: null);

    /// <summary>Determines whether the text is whole, and requests the whole text if it is not.</summary>
    public bool IsWhole()
    {
        _shortened?.RequestWhole();
        return _shortened is null;
    }

    /// <summary>Tells whether this value of a record can be compared with one of a filter at all.</summary>
    public bool IsComparableTo(FilterValue literal) => literal.Number is null ? Text is not null : Number is not null;

    /// <summary>Tells whether this value of a record equals one of a filter.</summary>
    public bool IsEqualTo(FilterValue literal) => literal.Number is null
        ? _shortened?.IsMaybeEqual(literal.Text!) != false && IsWhole()
            && string.Equals(Text, literal.Text, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
        : Number == literal.Number;

    private sealed record ShortenedText(bool IsMaybeNumber, Func<string, bool> IsMaybeEqual, Action RequestWhole);
}
