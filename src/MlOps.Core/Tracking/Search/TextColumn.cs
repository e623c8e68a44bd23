using System.Text.Json.Serialization;
using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>Texts that rows of a table have under one key, each different one once.</summary>
internal sealed class TextColumn
{
    private FilterValue[]? _filterValues;
    private bool? _hasShortened;

    /// <summary>Gets the rows that have a text, ascending; <see langword="null"/> for all.</summary>
    public int[]? Rows { get; init; }

    public required string[] Texts { get; init; }

    /// <summary>Gets the place in <see cref="Texts"/> of each row's text.</summary>
    public required int[] Values { get; init; }

    /// <summary>Gets the different texts as filters compare them; whether one is a number is found out once.</summary>
    [JsonIgnore]
    public FilterValue[] FilterValues => _filterValues ??= Array.ConvertAll(Texts, static text => new FilterValue(text));

    /// <summary>Gets a value indicating whether a text is shortened, which is found out once.</summary>
    [JsonIgnore]
    public bool HasShortened => _hasShortened ??= Array.Exists(Texts, LongText.IsShortened);

    /// <summary>Finds the place in <see cref="Texts"/> of a row's text, or -1 if it has none.</summary>
    public int Find(int row)
    {
        var index = Rows is null ? row : Array.BinarySearch(Rows, row);
        return index >= 0 ? Values[index] : -1;
    }

    public string? FindText(int row) => Find(row) is var index and >= 0 ? Texts[index] : null;
}
