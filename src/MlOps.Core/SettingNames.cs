namespace MlOps;

/// <summary>Compares the names in settings with the valid ones.</summary>
internal static class SettingNames
{
    private const int ShortName = 8;

    /// <summary>Finds the valid name that is nearest to one that is not valid.</summary>
    /// <returns>The name, or <see langword="null"/> if none is similar.</returns>
    public static string? FindNearest(string name, ICollection<string> names) =>
        NearestName.Find(name, names) ?? names.FirstOrDefault(other => Math.Min(name.Length, other.Length) > 2 && (Contains(name, other) || Contains(other, name)));

    /// <summary>Determines whether a free name is so similar to a registered one that it is most likely a typing error.</summary>
    /// <remarks>
    /// That is one edit; two if the name is long and its length differs. Names such as <c>fraud1</c> and <c>fraud2</c>, <c>model-a</c> and <c>model-b</c>, <c>sales-north</c> and <c>sales-south</c>
    /// are meant to differ.
    /// </remarks>
    public static bool IsMisspelling(string name, string registered)
    {
        var most = name.Length >= ShortName && name.Length != registered.Length ? 2 : 1;
        return name.Length > 2
            && name.Where(char.IsDigit).SequenceEqual(registered.Where(char.IsDigit))
            && GetLetters(name).SequenceEqual(GetLetters(registered), StringComparer.OrdinalIgnoreCase)
            && NearestName.GetDistance(name.ToUpperInvariant(), registered.ToUpperInvariant()) <= most;
    }

    /// <summary>Lists names for a message, each in quotes.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.OrdinalIgnoreCase).Select(static name => $"'{name}'"));

    private static bool Contains(string name, string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> GetLetters(string name) => name.Split('-', '_', '.', ' ').Where(static word => word.Length == 1);
}
