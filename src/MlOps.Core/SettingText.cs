namespace MlOps;

/// <summary>Shows the texts of settings in messages.</summary>
internal static class SettingText
{
    private const int LongestShown = 64;

    /// <summary>Determines whether a message can show a text: a short one without the characters of addresses and connection strings, which may hold
    /// secrets.</summary>
    public static bool IsShown(string text) => text.Length <= LongestShown && !text.AsSpan().ContainsAny("=@;") && !text.Contains("://", StringComparison.Ordinal);

    /// <summary>Gets a text in quotation marks, or a description of it if a message cannot show it.</summary>
    public static string Quote(string text) => IsShown(text) ? $"'{text}'" : $"a text of {text.Length} characters, which is not shown as it may be confidential";
}
