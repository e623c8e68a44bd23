using System.Text.Json.Serialization;

namespace MlOps.Tracking;

/// <summary>The exception with which a run failed. Secrets are masked, and long texts are truncated.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RunFailure
{
    private const int MaxMessage = 4_000;
    private const int MaxDetails = 32_000;

    [JsonConstructor]
    internal RunFailure(string type, string message, string? details = null)
    {
        Type = type;
        Message = message;
        Details = details;
    }

    /// <summary>Gets the full name of the type of the exception.</summary>
    public string Type { get; }

    /// <summary>Gets the message of the exception.</summary>
    public string Message { get; }

    /// <summary>Gets the text of the exception with the inner exceptions and the stack trace.</summary>
    /// <value><see langword="null"/> if the run failed without an exception.</value>
    public string? Details { get; }

    /// <summary>Creates the failure that describes an exception.</summary>
    internal static RunFailure Of(Exception exception)
    {
        // The exceptions of drivers and clients can contain connection strings and URLs.
        var details = string.Join('\n', exception.ToString().Split('\n').Select(static line => SecretMask.MaskSetting("line", line)));
        var message = SecretMask.MaskSetting("message", exception.Message);
        return new RunFailure(exception.GetType().FullName!, Truncate(message, MaxMessage), Truncate(details, MaxDetails));
    }

    private static string Truncate(string text, int maxLength) => text.Length > maxLength ? text[..maxLength] + "…" : text;
}
