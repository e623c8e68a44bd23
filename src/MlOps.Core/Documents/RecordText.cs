using System.Text;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>The rules of the names and texts that records hold.</summary>
internal static class RecordText
{
    /// <summary>The longest name of anything, in characters.</summary>
    public const int MaxNameLength = 250;

    /// <summary>The longest text, in characters, as MLflow allows for tags of models. At most six bytes each as JSON, so that an event holds one.</summary>
    public const int MaxTextLength = 100_000;

    private const int MaxRecordNameBytes = 750;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Gets who acts if nobody is named; in a container the system may not know its user's name.</summary>
    public static string SystemUser => Environment.UserName is { Length: > 0 } user ? user : "unknown";

    /// <summary>Checks the name of a model or dataset, which is a folder in the store.</summary>
    /// <exception cref="ArgumentException">It breaks a rule; the message says which.</exception>
    public static void ThrowIfNotRecordName(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (FindRecordNameFault(name) is { } fault)
        {
            throw new ArgumentException($"'{Shorten(name)}' cannot be the name of a {kind}: {fault}", nameof(name));
        }
    }

    /// <summary>Checks the name of a metric, parameter, tag, person, feature.</summary>
    /// <exception cref="ArgumentException">It breaks a rule; the message says which.</exception>
    public static void ThrowIfNotName(string kind, string name)
    {
        if (FindNameFault(name) is { } fault)
        {
            throw new ArgumentException($"'{Shorten(name)}' cannot be the name of a {kind}: {fault}", nameof(name));
        }
    }

    /// <summary>Tells whether a text can be the name of a model or dataset.</summary>
    public static bool IsRecordName(string name) => FindRecordNameFault(name) is null;

    /// <summary>Finds why a text cannot be a name: of a metric, parameter, tag, person, feature.</summary>
    public static string? FindNameFault(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return $"it is empty or has only spaces. Use 1 to {MaxNameLength} characters.";
        }

        if (name.Length > MaxNameLength)
        {
            return $"it has {name.Length} characters. Use 1 to {MaxNameLength}.";
        }

        return name.Any(char.IsControl) ? "it has a control character. Leave it out." : FindTextFault(name);
    }

    /// <summary>Finds why a text cannot be recorded.</summary>
    public static string? FindTextFault(string text)
    {
        if (text.Length > MaxTextLength)
        {
            return $"it has {text.Length} characters, and {MaxTextLength} are allowed. Put longer texts in a file.";
        }

        try
        {
            s_strict.GetByteCount(text);
            return null;
        }
        catch (EncoderFallbackException)
        {
            return "it has half of a surrogate pair. Give well-formed Unicode.";
        }
    }

    /// <summary>Makes a refused text safe and short enough to print.</summary>
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
            return $"it has a '{name[index]}'. Leave it out.";
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
