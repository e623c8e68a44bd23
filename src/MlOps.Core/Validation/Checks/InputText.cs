using System.Globalization;
using MlOps.Documents;

namespace MlOps.Validation;

/// <summary>The texts of violations: short, the same in every culture, and safe to print.</summary>
internal static class InputText
{
    private const int Longest = 100;

    /// <summary>Makes a value of a row printable, in at most so many characters.</summary>
    public static string Show(string text, int longest = Longest) => RecordText.Shorten(text, longest - 1); // and the ellipsis

    public static string Name(string feature) => $"'{Show(feature)}'";

    /// <summary>Says how a bound is to be moved.</summary>
    public static string Change(string verb, string property, double before, string after, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{verb} \"{property}\" of {name} from {before} to {after}");

    public static string Null(string name) => $"write \"isNullable\": true for {name}";

    /// <summary>Says both ways out.</summary>
    public static string Suggest(string remedy) => $"Mend the sender, or, if the value is right, {remedy} in {InputSchema.FileName}.";
}
