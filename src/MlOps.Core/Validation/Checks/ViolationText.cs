using System.Globalization;
using MlOps.Documents;

namespace MlOps.Validation;

/// <summary>Formats the texts of violations. They are short, culture-invariant and safe to print.</summary>
internal static class ViolationText
{
    private const int Longest = 100;

    /// <summary>Makes a value printable and limits its length.</summary>
    public static string Show(string text, int longest = Longest) => RecordText.Shorten(text, longest - 1); // Shorten appends an ellipsis.

    public static string Name(string feature) => $"'{Show(feature)}'";

    /// <summary>Describes the change of a bound.</summary>
    public static string Change(string verb, string property, double before, string after, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{verb} \"{property}\" of {name} from {before} to {after}");

    public static string Null(string name) => $"write \"isNullable\": true for {name}";

    /// <summary>Describes the remedy at the sender and the remedy in the schema.</summary>
    public static string Suggest(string remedy) => $"Correct the sender, or, if the value is valid, {remedy} in {InputSchema.FileName}.";
}
