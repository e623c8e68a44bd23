namespace MlOps.Validation;

/// <summary>How names of features are compared: as <see cref="Models.FeatureProperty"/> does.</summary>
internal static class FeatureNames
{
    /// <summary>Tells whether two names are the same in letters and digits.</summary>
    public static bool AreAlike(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal) || Bare(one).Equals(Bare(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>Names one value of a tensor.</summary>
    public static string OfValue(string tensor, int index) => FormattableString.Invariant($"{tensor}[{index}]");

    private static string Bare(string name) => string.Concat(name.Where(char.IsLetterOrDigit));
}
