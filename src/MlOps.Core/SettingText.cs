namespace MlOps;

/// <summary>Formats values of settings for messages without revealing secrets.</summary>
internal static class SettingText
{
    private const int LongestShown = 64;

    /// <summary>Determines whether a message may contain a value. Long values, and values with characters of addresses and connection strings,
    /// may contain secrets.</summary>
    public static bool IsShown(string text) =>
        text.Length <= LongestShown && !text.AsSpan().ContainsAny("=@;") && !text.Contains("://", StringComparison.Ordinal);

    /// <summary>Gets a value in quotation marks, or a description if a message must not contain the value.</summary>
    public static string Quote(string text) =>
        IsShown(text) ? $"'{text}'" : $"a text of {text.Length} characters, which is not shown because it may be confidential";
}
