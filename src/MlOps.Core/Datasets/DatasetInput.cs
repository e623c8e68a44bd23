using System.Buffers;
using System.Text;
using MlOps.Content;

namespace MlOps.Datasets;

/// <summary>Refuses what could not be recorded, before anything is read or written.</summary>
internal static class DatasetInput
{
    /// <summary>Keeps an event, in which each character may take six bytes, below the size that a log reads.</summary>
    private const int MaxCharacters = 64 << 10;

    public static void ThrowIfInvalid(DatasetSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ThrowIfInvalid(snapshot.Tags.Select(static tag => KeyValuePair.Create(tag.Key, (string?)tag.Value)), [snapshot.Description, snapshot.Source, snapshot.Author], nameof(snapshot));
        if (snapshot.Tags.FirstOrDefault(static tag => tag.Value is null).Key is { } key)
        {
            throw new ArgumentException($"The tag '{key}' has no value. Give one, which may be empty.", nameof(snapshot));
        }
    }

    public static void ThrowIfInvalid(DatasetChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ThrowIfInvalid(change.Tags, [change.Description, change.Reason, change.Actor], nameof(change));
        if (change.Delete == (change.Tags.Count > 0 || change.Description is not null))
        {
            throw new ArgumentException("A change sets tags, a description or both, or it deletes. Give exactly one of these.", nameof(change));
        }
    }

    /// <summary>Refuses no files at all, and more than a version can list.</summary>
    public static void ThrowIfUnfit(IReadOnlyList<SourceFile> sources, DatasetSnapshot snapshot)
    {
        if (sources.Count == 0)
        {
            var given = snapshot.Files.Count == 0 ? "Neither files nor streams were given" : $"There is no file in '{string.Join("', '", snapshot.Files)}'";
            throw new ArgumentException($"{given}. A version has at least one.", nameof(snapshot));
        }

        DatasetManifest.ThrowIfTooLarge(sources);
    }

    private static void ThrowIfInvalid(IEnumerable<KeyValuePair<string, string?>> tags, IEnumerable<string?> texts, string parameter)
    {
        var characters = 0;
        foreach (var (key, value) in tags)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(key, parameter);
            Count(key);
            Count(value);
        }

        foreach (var text in texts)
        {
            Count(text);
        }

        if (characters > MaxCharacters)
        {
            throw new ArgumentException(
                $"Tags and texts have {characters} characters together, and {MaxCharacters} are allowed. Put long texts into a file of the dataset.", parameter);
        }

        void Count(string? text)
        {
            characters += text?.Length ?? 0;
            if (text is not null && !IsWellFormed(text))
            {
                throw new ArgumentException("A tag or text has half of a surrogate pair. Give well-formed Unicode.", parameter);
            }
        }
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }
}
