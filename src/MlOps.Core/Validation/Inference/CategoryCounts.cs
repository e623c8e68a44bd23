using System.Runtime.InteropServices;

namespace MlOps.Validation;

/// <summary>Counts texts as long as there are few different ones, none of them long.</summary>
internal sealed class CategoryCounts(int limit)
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

    /// <summary>Gets the categories in ordinal order and the most frequent, if each was seen so often on average.</summary>
    public (IReadOnlyList<string> Categories, string MostFrequent)? Find(int minRows) => _counts is { Count: > 0 } counts && _total >= (long)minRows * counts.Count
        ? ([.. counts.Keys.Order(StringComparer.Ordinal)], counts.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal).First().Key)
        : null;
}
