using System.Collections.Immutable;

namespace MlOps.Documents;

/// <summary>What texts and tags of a record become, by the rules that all kinds of record share.</summary>
internal static class RecordChange
{
    /// <summary>Gets no tags, ordered by their names.</summary>
    public static ImmutableSortedDictionary<string, string> NoTags { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Replaces a text; <see langword="null"/> leaves it, an empty one removes it.</summary>
    public static string? Text(string? before, string? change) => change switch { null => before, "" => null, _ => change };

    /// <summary>Sets tags; those with the value <see langword="null"/> are removed.</summary>
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
