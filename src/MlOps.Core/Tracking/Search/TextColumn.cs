using System.Text.Json.Serialization;
using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>A column of texts in a table of runs. Each distinct text is stored once.</summary>
internal sealed class TextColumn
{
    private FilterValue[]? _filterValues;
    private bool? _hasShortened;

    /// <summary>Gets the indexes of the rows that have a text, in ascending order; <see langword="null"/> if all rows have one.</summary>
    public int[]? Rows { get; init; }

    public required string[] Texts { get; init; }

    /// <summary>Gets, for each of these rows, the index of its text in <see cref="Texts"/>.</summary>
    public required int[] Values { get; init; }

    /// <summary>Gets the distinct texts as filter values. They are created once, because parsing numbers is costly.</summary>
    [JsonIgnore]
    public FilterValue[] FilterValues => _filterValues ??= Array.ConvertAll(Texts, static text => new FilterValue(text));

    /// <summary>Gets a value indicating whether the column contains a shortened text.</summary>
    [JsonIgnore]
    public bool HasShortened => _hasShortened ??= Array.Exists(Texts, LongText.IsShortened);

    /// <summary>Finds the index of the text of a row in <see cref="Texts"/>; -1 if the row has no text.</summary>
    public int Find(int row)
    {
        var index = Rows is null ? row : Array.BinarySearch(Rows, row);
        return index >= 0 ? Values[index] : -1;
    }

    public string? FindText(int row) => Find(row) is var index and >= 0 ? Texts[index] : null;
}
