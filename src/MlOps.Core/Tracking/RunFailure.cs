namespace MlOps.Tracking;

/// <summary>Why a run failed.</summary>
/// <param name="Type">The full name of the exception's type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Details">The whole text of the exception, with inner exceptions and stack; <see langword="null"/> if there is none.</param>
public sealed record RunFailure(string Type, string Message, string? Details = null)
{
    private const int MaxMessage = 4_000;
    private const int MaxDetails = 32_000;

    /// <summary>Makes the failure that an exception is.</summary>
    internal static RunFailure Of(Exception exception)
    {
        // Exceptions of drivers and clients quote connection strings and addresses.
        var details = string.Join('\n', exception.ToString().Split('\n').Select(static line => SecretMask.MaskSetting("line", line)));
        return new RunFailure(exception.GetType().FullName!, Shorten(SecretMask.MaskSetting("message", exception.Message), MaxMessage), Shorten(details, MaxDetails));
    }

    private static string Shorten(string text, int longest) => text.Length > longest ? text[..longest] + "…" : text;
}
