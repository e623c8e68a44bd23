namespace MlOps;

/// <summary>Finds similar names for misspelled settings.</summary>
internal static class SettingNames
{
    private const int ShortName = 8;

    /// <summary>Finds the valid name that is most similar to an invalid one.</summary>
    /// <returns>The name, or <see langword="null"/> if none is similar.</returns>
    public static string? FindNearest(string name, ICollection<string> names) =>
        NearestName.Find(name, names)
        ?? names.FirstOrDefault(other => Math.Min(name.Length, other.Length) > 2 && (Contains(name, other) || Contains(other, name)));

    /// <summary>Determines whether a user-defined name is probably a misspelling of a registered name.</summary>
    /// <remarks>
    /// The limit is one edit, or two edits if the name is long and the lengths differ. Names that differ in digits or single letters, such as
    /// <c>fraud1</c> and <c>fraud2</c> or <c>model-a</c> and <c>model-b</c>, and names such as <c>sales-north</c> and <c>sales-south</c> are not
    /// misspellings.
    /// </remarks>
    public static bool IsMisspelling(string name, string registered)
    {
        var most = name.Length >= ShortName && name.Length != registered.Length ? 2 : 1;
        return name.Length > 2
            && name.Where(char.IsDigit).SequenceEqual(registered.Where(char.IsDigit))
            && GetLetters(name).SequenceEqual(GetLetters(registered), StringComparer.OrdinalIgnoreCase)
            && NearestName.GetDistance(name.ToUpperInvariant(), registered.ToUpperInvariant()) <= most;
    }

    /// <summary>Formats names as a list of quoted names for a message.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.OrdinalIgnoreCase).Select(static name => $"'{name}'"));

    private static bool Contains(string name, string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> GetLetters(string name) => name.Split('-', '_', '.', ' ').Where(static word => word.Length == 1);
}
