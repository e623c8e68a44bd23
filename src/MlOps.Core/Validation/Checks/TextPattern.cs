using System.Text.RegularExpressions;

namespace MlOps.Validation;

/// <summary>Compiles and matches patterns in bounded time, because the strings come from untrusted callers.</summary>
internal static class TextPattern
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(100);

    public static Regex? Compile(string? pattern) =>
        pattern is null ? null : new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_limit);

    /// <summary>Determines whether a string matches. A match that times out counts as a mismatch.</summary>
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
