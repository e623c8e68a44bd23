using System.Text.RegularExpressions;

namespace MlOps.Validation;

/// <summary>Compiles the patterns of texts so that no text can make matching slow.</summary>
internal static class TextPattern
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(100);

    public static Regex? Compile(string? pattern) =>
        pattern is null ? null : new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_limit);

    /// <summary>Tells whether a text matches; one that takes too long does not.</summary>
    public static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
