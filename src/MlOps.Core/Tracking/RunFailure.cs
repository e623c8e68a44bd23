namespace MlOps.Tracking;

/// <summary>Why a run failed.</summary>
/// <param name="Type">The full name of the exception's type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Details">The whole text of the exception, with inner exceptions and stack; <see langword="null"/> if there is none.</param>
public sealed record RunFailure(string Type, string Message, string? Details = null)
{
    private const int MaxDetails = 32_000;

    /// <summary>Makes the failure that an exception is.</summary>
    internal static RunFailure Of(Exception exception)
    {
        var details = exception.ToString();
        return new RunFailure(exception.GetType().FullName!, exception.Message, details.Length > MaxDetails ? details[..MaxDetails] + "…" : details);
    }
}
