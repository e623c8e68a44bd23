using MlOps.Documents;

namespace MlOps.Records;

/// <summary>Validates names, texts and tags before they are stored, with the same rules for all record kinds.</summary>
/// <remarks>The methods throw an <see cref="ArgumentException"/> whose message contains the value and the remedy. <see langword="null"/> is
/// valid unless stated otherwise.</remarks>
internal static class RecordRules
{
    /// <summary>Validates a name, such as the name of a tag, metric, parameter or actor: 1 to 250 characters, no control characters.</summary>
    public static void ValidateName(string noun, string? name)
    {
        if (name is not null)
        {
            RecordText.ThrowIfNotName(noun, name);
        }
    }

    /// <summary>Validates a text: well-formed Unicode up to a maximum length.</summary>
    public static void ValidateText(string noun, string? text)
    {
        if (text is not null && RecordText.FindTextFault(text) is { } fault)
        {
            throw new ArgumentException($"The {noun} '{RecordText.Shorten(text)}' cannot be recorded: {fault}");
        }
    }

    /// <summary>Validates a required value, such as the value of a parameter. It may be empty.</summary>
    public static void ValidateValue(string noun, string? value) =>
        ValidateText(noun, value ?? throw new ArgumentException($"The {noun} has no value. Set a value. It may be an empty string."));

    /// <summary>Validates the tags of a new record.</summary>
    public static void ValidateTags(IEnumerable<KeyValuePair<string, string>>? tags)
    {
        foreach (var (name, value) in tags ?? [])
        {
            ValidateName("tag", name);
            ValidateValue($"tag '{RecordText.Shorten(name)}'", value);
        }
    }

    /// <summary>Validates changes of tags. A value of <see langword="null"/> removes a tag.</summary>
    public static void ValidateTagChanges(IEnumerable<KeyValuePair<string, string?>>? tags)
    {
        foreach (var (name, value) in tags ?? [])
        {
            ValidateName("tag", name);
            ValidateText($"tag '{RecordText.Shorten(name)}'", value);
        }
    }
}
