namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>The rule for the names of sinks, which are names of documents in the store.</summary>
internal static class SinkName
{
    public const string Rule = "Use 1 to 50 of the characters A–Z a–z 0–9 _ -.";
    private const int MaxLength = 50;

    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength } && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');
}
