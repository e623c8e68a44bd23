using System.Buffers;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Validates aliases.</summary>
/// <remarks>Aliases are case-insensitive. The first spelling of an alias is kept.</remarks>
internal static class AliasRules
{
    private const int MaxLength = 255;
    private static readonly SearchValues<char> s_characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static string? FindFault(string alias)
    {
        if (alias.Length is 0 or > MaxLength)
        {
            return $"it has {alias.Length} characters. Use 1 to {MaxLength}.";
        }

        if (alias.AsSpan().IndexOfAnyExcept(s_characters) is var index and >= 0)
        {
            return $"it has the character U+{(int)alias[index]:X4}. Use only A–Z, a–z, 0–9, '_' and '-'.";
        }

        if (IsNumber(alias) || (alias[0] is 'v' or 'V' && IsNumber(alias.AsSpan(1))) || alias.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            return "it can be confused with a version. Use a word, such as 'production'.";
        }

        return null;
    }

    public static string Validate(string? alias) => alias is null
        ? throw new ArgumentException("The change requires an alias. Specify an alias, such as 'production'.", nameof(alias))
        : FindFault(alias) is { } fault ? throw new ArgumentException($"'{RecordText.Shorten(alias)}' is not an alias: {fault}", nameof(alias)) : alias;

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
