using MlOps.Documents;

namespace MlOps.Records;

/// <summary>Validates names, texts and tags in the same way for every kind of record, before anything is stored.</summary>
/// <remarks>Every method throws an <see cref="ArgumentException"/> that names the value and the remedy. A value of <see langword="null"/> passes, as it is left
/// out.</remarks>
internal static class RecordRules
{
    /// <summary>Validates a name, such as of a tag, metric, parameter or actor: 1 to 250 characters, no control characters.</summary>
    public static void ValidateName(string noun, string? name)
    {
        if (name is not null)
        {
            RecordText.ThrowIfNotName(noun, name);
        }
    }

    /// <summary>Validates a text: well-formed Unicode of a bounded length.</summary>
    public static void ValidateText(string noun, string? text)
    {
        if (text is not null && RecordText.FindTextFault(text) is { } fault)
        {
            throw new ArgumentException($"The {noun} '{RecordText.Shorten(text)}' cannot be recorded: {fault}");
        }
    }

    /// <summary>Validates a value that must be there, such as of a parameter; it may be empty.</summary>
    public static void ValidateValue(string noun, string? value) =>
        ValidateText(noun, value ?? throw new ArgumentException($"The {noun} has no value. Give a text, which may be empty."));

    /// <summary>Validates tags to set.</summary>
    public static void ValidateTags(IEnumerable<KeyValuePair<string, string>>? tags)
    {
        foreach (var (name, value) in tags ?? [])
        {
            ValidateName("tag", name);
            ValidateValue($"tag '{RecordText.Shorten(name)}'", value);
        }
    }

    /// <summary>Validates changes of tags, in which <see langword="null"/> removes a tag.</summary>
    public static void ValidateTagChanges(IEnumerable<KeyValuePair<string, string?>>? tags)
    {
        foreach (var (name, value) in tags ?? [])
        {
            ValidateName("tag", name);
            ValidateText($"tag '{RecordText.Shorten(name)}'", value);
        }
    }
}
