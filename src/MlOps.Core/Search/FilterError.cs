using MlOps.Documents;

namespace MlOps.Search;

/// <summary>Makes the error of a filter that cannot be read.</summary>
internal static class FilterError
{
    /// <param name="filter">The filter.</param>
    /// <param name="position">Where; the first character is 1.</param>
    /// <param name="found">What is there.</param>
    /// <param name="expected">What is expected there.</param>
    /// <param name="hint">A sentence to add; empty for none.</param>
    public static ArgumentException At(string filter, int position, string found, string expected, string hint = "") => new(
        ($"The filter '{RecordText.Shorten(filter)}' cannot be read: at position {position} is {RecordText.Shorten(found)}, "
            + $"where {expected} is expected. {hint}").TrimEnd(),
        nameof(filter));
}
