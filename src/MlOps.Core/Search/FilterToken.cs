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

/// <summary>A part of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its value without quotes; for a word with a quoted key, what is before the key with its dot.</param>
/// <param name="Position">Where it begins; the first character is 1.</param>
/// <param name="QuotedKey">The key in quotes that ends a word, as in <c>tags.`a key`</c>.</param>
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
