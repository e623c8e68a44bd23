namespace MlOps.Search;

internal enum FilterTokenKind
{
    /// <summary>A key, a keyword or a bare attribute.</summary>
    Word,
    Text,
    Number,
    Comparer,
    Opening,
    Closing,
    Comma,
    End,
}

/// <summary>A token of a filter.</summary>
/// <param name="Kind">The kind of the token.</param>
/// <param name="Value">The value without quotation marks. For a word with a quoted key, the part before the key including the dot.</param>
/// <param name="Position">The position of the first character, counted from 1.</param>
/// <param name="QuotedKey">The quoted key at the end of a word, as in <c>tags.`a key`</c>.</param>
internal sealed record FilterToken(FilterTokenKind Kind, string Value, int Position, string? QuotedKey = null)
{
    public bool IsWord(string word) => Kind == FilterTokenKind.Word && QuotedKey is null && Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.Text => $"the text '{Value}'",
        _ => $"'{Value}{QuotedKey}'",
    };
}
