using System.Runtime.InteropServices;

namespace MlOps.Validation;

/// <summary>Counts the occurrences of strings, until there are too many distinct strings or a string is too long.</summary>
internal sealed class CategoryCounter(int limit)
{
    private const int MaxLength = 256;
    private Dictionary<string, long>? _counts = limit > 0 ? new(StringComparer.Ordinal) : null;
    private long _total;

    public void Add(ReadOnlySpan<char> text)
    {
        if (_counts is null)
        {
            return;
        }

        _total++;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts.GetAlternateLookup<ReadOnlySpan<char>>(), text, out _)++;
        if (text.Length > MaxLength || _counts.Count > limit)
        {
            _counts = null;
        }
    }

    /// <summary>Gets the categories in ordinal order, and the most frequent category.</summary>
    /// <param name="minRows">The minimum average number of occurrences of a category.</param>
    /// <returns><see langword="null"/> if the strings are not categories.</returns>
    public (IReadOnlyList<string> Categories, string MostFrequent)? Find(int minRows)
    {
        if (_counts is not { Count: > 0 } counts || _total < (long)minRows * counts.Count)
        {
            return null;
        }

        var byFrequency = counts.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal);
        return ([.. counts.Keys.Order(StringComparer.Ordinal)], byFrequency.First().Key);
    }
}
