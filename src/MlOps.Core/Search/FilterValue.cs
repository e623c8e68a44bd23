using System.Globalization;

namespace MlOps.Search;

/// <summary>A value in a record or in a filter: a number, a text, or a text that is a number.</summary>
internal readonly struct FilterValue
{
    private readonly ShortenedText? _shortened;
    private readonly double? _number;

    private FilterValue(string text, double? number) => (Text, _number) = (text, number);

    private FilterValue(string text, ShortenedText shortened)
        : this(text, number: null) => _shortened = shortened;

    public FilterValue(double number) => _number = number;

    public FilterValue(DateTimeOffset time) => _number = time.ToUnixTimeMilliseconds();

    /// <summary>Initializes a text value of a record. If the text is a number, it can be compared with numbers.</summary>
    public FilterValue(string text)
        : this(text, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null)
    {
    }

    /// <summary>Creates a case-insensitive name in a record, such as an alias.</summary>
    public static FilterValue Name(string text) => new(text, number: null) { IgnoresCase = true };

    /// <summary>Creates a value from a truncated text.</summary>
    /// <param name="text">The truncated text.</param>
    /// <param name="isMaybeNumber">Whether the whole text may be a number.</param>
    /// <param name="isMaybeEqual">Determines whether the whole text may equal another text.</param>
    /// <param name="requestWhole">Called if the whole text is needed.</param>
    public static FilterValue Shortened(string text, bool isMaybeNumber, Func<string, bool> isMaybeEqual, Action requestWhole) =>
        new(text, new ShortenedText(isMaybeNumber, isMaybeEqual, requestWhole));

    /// <summary>Gets the text. It is truncated unless <see cref="IsWhole"/> returns <see langword="true"/>.</summary>
    public string? Text { get; }

    private bool IgnoresCase { get; init; }

    /// <summary>Gets the number. If a truncated text may be a number, requests the whole text.</summary>
    public double? Number => _shortened?.IsMaybeNumber == true && !IsWhole() ? null : _number;

    /// <summary>Creates a quoted value of a filter. It is text, even if it looks like a number.</summary>
    public static FilterValue Literal(string text) => new(text, number: null);

    /// <summary>Determines whether the text is complete. If not, requests the whole text.</summary>
    public bool IsWhole()
    {
        _shortened?.RequestWhole();
        return _shortened is null;
    }

    /// <summary>Determines whether this value of a record is comparable with a value of a filter.</summary>
    public bool IsComparableTo(FilterValue literal) => literal.Number is null ? Text is not null : Number is not null;

    /// <summary>Determines whether this value of a record equals a value of a filter.</summary>
    public bool IsEqualTo(FilterValue literal) => literal.Number is null
        ? _shortened?.IsMaybeEqual(literal.Text!) != false && IsWhole()
            && string.Equals(Text, literal.Text, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
        : Number == literal.Number;

    private sealed record ShortenedText(bool IsMaybeNumber, Func<string, bool> IsMaybeEqual, Action RequestWhole);
}
