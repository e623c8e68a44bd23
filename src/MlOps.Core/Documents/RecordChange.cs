using System.Collections.Immutable;

namespace MlOps.Documents;

/// <summary>Applies changes to the texts and tags of a record, with the same rules for all record kinds.</summary>
internal static class RecordChange
{
    /// <summary>Gets an empty set of tags, ordered by name.</summary>
    public static ImmutableSortedDictionary<string, string> NoTags { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Changes a text. <see langword="null"/> leaves it unchanged, and an empty string removes it.</summary>
    public static string? Text(string? before, string? change) => change switch { null => before, "" => null, _ => change };

    /// <summary>Sets tags. Tags with the value <see langword="null"/> are removed.</summary>
    public static ImmutableSortedDictionary<string, string> Tags(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string?>? changes)
    {
        var tags = before.ToImmutableSortedDictionary(StringComparer.Ordinal).ToBuilder();
        foreach (var (key, value) in changes ?? ImmutableSortedDictionary<string, string?>.Empty)
        {
            if (value is null)
            {
                tags.Remove(key);
            }
            else
            {
                tags[key] = value;
            }
        }

        return tags.ToImmutable();
    }
}
