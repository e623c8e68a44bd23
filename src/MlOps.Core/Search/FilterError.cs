using MlOps.Documents;

namespace MlOps.Search;

/// <summary>Creates the exception for a filter with a syntax error.</summary>
internal static class FilterError
{
    /// <summary>Creates the exception.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="position">The position of the error, counted from 1.</param>
    /// <param name="found">The text at the position.</param>
    /// <param name="expected">The expected text.</param>
    /// <param name="hint">A sentence to append, or an empty string.</param>
    public static ArgumentException At(string filter, int position, string found, string expected, string hint = "") => new(
        ($"The filter '{RecordText.Shorten(filter)}' is not valid: found {RecordText.Shorten(found)} at position {position}, "
            + $"expected {expected}. {hint}").TrimEnd(),
        nameof(filter));
}
