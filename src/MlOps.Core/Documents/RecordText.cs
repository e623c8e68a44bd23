using System.Text;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>Validates the names and texts of records.</summary>
internal static class RecordText
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 250;

    /// <summary>The maximum length of a text, in characters: the limit of MLflow for tags of models. A text of this length fits into an event,
    /// with at most six bytes of JSON per character.</summary>
    public const int MaxTextLength = 100_000;

    private const int MaxRecordNameBytes = 750;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Gets the operating system's user name, or <c>unknown</c> if there is none, as in some containers.</summary>
    public static string SystemUser => Environment.UserName is { Length: > 0 } user ? user : "unknown";

    /// <summary>Validates the name of a record that is a folder in the store, such as a model or dataset.</summary>
    /// <exception cref="ArgumentException">The name is not valid. The message contains the reason.</exception>
    public static void ThrowIfNotRecordName(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (FindRecordNameFault(name) is { } fault)
        {
            throw new ArgumentException($"'{Shorten(name)}' cannot be the name of a {kind}: {fault}", nameof(name));
        }
    }

    /// <summary>Validates any other name, such as the name of a metric, parameter, tag, actor or feature.</summary>
    /// <exception cref="ArgumentException">The name is not valid. The message contains the reason.</exception>
    public static void ThrowIfNotName(string kind, string name)
    {
        if (FindNameFault(name) is { } fault)
        {
            throw new ArgumentException($"'{Shorten(name)}' cannot be the name of a {kind}: {fault}", nameof(name));
        }
    }

    /// <summary>Determines whether a text is a valid name of a record.</summary>
    public static bool IsRecordName(string name) => FindRecordNameFault(name) is null;

    /// <summary>Finds the reason why a text is not a valid name, such as the name of a metric, parameter, tag, actor or feature.</summary>
    public static string? FindNameFault(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return $"it is empty or consists of white space. Use 1 to {MaxNameLength} characters.";
        }

        if (name.Length > MaxNameLength)
        {
            return $"it has {name.Length} characters. Use 1 to {MaxNameLength}.";
        }

        return name.Any(char.IsControl) ? "it contains a control character. Remove it." : FindTextFault(name);
    }

    /// <summary>Finds the reason why a text cannot be recorded.</summary>
    public static string? FindTextFault(string text)
    {
        if (text.Length > MaxTextLength)
        {
            return $"it has {text.Length} characters. The maximum is {MaxTextLength}. Store longer texts in a file.";
        }

        try
        {
            s_strict.GetByteCount(text);
            return null;
        }
        catch (EncoderFallbackException)
        {
            return "it contains half of a surrogate pair. Use well-formed Unicode.";
        }
    }

    /// <summary>Shortens an invalid text and replaces its control characters, so that a message can contain it.</summary>
    public static string Shorten(string text, int longest = 200)
    {
        var shown = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, longest)))
        {
            shown.Append(char.IsControl(character) || char.IsSurrogate(character) ? '\uFFFD' : character);
        }

        return text.Length > longest ? shown.Append('…').ToString() : shown.ToString();
    }

    private static string? FindRecordNameFault(string name)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return $"it has {name.Length} characters. Use 1 to {MaxNameLength}.";
        }

        if (name.AsSpan().IndexOfAny('/', ':') is var index and >= 0)
        {
            return $"it contains a '{name[index]}'. Remove it.";
        }

        if (FindTextFault(name) is { } fault)
        {
            return fault;
        }

        if (Encoding.UTF8.GetByteCount(name) is var bytes and > MaxRecordNameBytes)
        {
            return $"it has {bytes} bytes in UTF-8. Use at most {MaxRecordNameBytes}.";
        }

        try
        {
            _ = ArtifactPath.Parse(name);
            return null;
        }
        catch (ArgumentException exception)
        {
            return $"it is not portable. {exception.Message}";
        }
    }
}
